#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# xdp.pl INTERFACE VERDICT PORT [OTHER]: gives an interface of a guest an XDP program that does
# something to IPv4 datagrams for UDP port PORT, and lets all else pass; until it is killed.
# VERDICT is drop; tx: sent back to where they came from; or redirect: the same, through the
# interface OTHER. With "-frags" behind it the program takes packets in pieces. Called by
# tests/lab/cases/net-xdp.sh. The guest has no compiler and no library for BPF, so the program
# is put together here (linux/bpf.h has the numbers).
use strict;
use warnings;

use constant {
	SYS_BPF => 321, PROG_LOAD => 5, LINK_CREATE => 28,
	TYPE_XDP => 6, ATTACH_XDP => 37, HAS_FRAGS => 32, DRIVER_MODE => 4,
	XDP_DROP => 1, XDP_PASS => 2, XDP_TX => 3, CALL_REDIRECT => 23,
};
my ($interface, $verdict, $port, $other) = @ARGV;
my $frags = $verdict =~ s/-frags$//;

sub ifindex {
	open(my $file, '<', "/sys/class/net/$_[0]/ifindex") or die "$_[0]: $!\n";
	return 0 + <$file>;
}

sub op { my ($code, $dst, $src, $off, $imm) = @_; return pack('CCsl', $code, $dst | $src << 4, $off, $imm) }
sub mov { return op(0xb7, $_[0], 0, 0, $_[1]) }
sub load { my ($size, $reg, $at) = @_; return op($size, $reg, 2, $at, 0) }
sub store { my ($size, $at, $reg) = @_; return op($size, 2, $reg, $at, 0) }
use constant { U8 => 0x71, U16 => 0x69, U32 => 0x61, PUT16 => 0x6b, PUT32 => 0x63 };

sub swap {
	my ($get, $put, $a, $b) = @_;
	return load($get, 5, $a) . load($get, 7, $b) . store($put, $a, 7) . store($put, $b, 5);
}

# What is done to the datagram, with its data at r2.
sub deed {
	return mov(0, XDP_DROP) . op(0x95, 0, 0, 0, 0) if $verdict eq 'drop';
	my $swap = join('', map { swap(U16, PUT16, $_, $_ + 6) } 0, 2, 4) .
		swap(U32, PUT32, 26, 30) . swap(U16, PUT16, 34, 36);
	return $swap . mov(0, XDP_TX) . op(0x95, 0, 0, 0, 0) if $verdict eq 'tx';
	die "no such verdict: $verdict\n" if $verdict ne 'redirect';
	return $swap . mov(1, ifindex($other)) . mov(2, 0) . op(0x85, 0, 0, 0, CALL_REDIRECT) .
		op(0x95, 0, 0, 0, 0);
}

my $deed = deed();
my $skip = length($deed) / 8;
# "if not, to the end": each jump passes the tests that follow, and the deed.
my $tests = '';
for my $test (reverse [U16, 12, unpack('S', pack('n', 0x0800))], [U8, 23, 17],
	[U16, 36, unpack('S', pack('n', $port))]) {
	my ($size, $at, $value) = @$test;
	$tests = load($size, 5, $at) . op(0x55, 5, 0, length($tests) / 8 + $skip, $value) . $tests;
}
my $program = op(0x61, 2, 1, 0, 0) . op(0x61, 3, 1, 4, 0) .	# r2: data, r3: its end
	op(0xbf, 4, 2, 0, 0) . op(0x07, 4, 0, 0, 42) .
	op(0x2d, 4, 3, length($tests) / 8 + $skip, 0) . $tests . $deed .
	mov(0, XDP_PASS) . op(0x95, 0, 0, 0, 0);

my $license = "GPL\0";
my $log = "\0" x 65536;
my $attr = pack('LLppLLpLLa16LL', TYPE_XDP, length($program) / 8, $program, $license, 1,
	length($log), $log, 0, $frags ? HAS_FRAGS : 0, 'xdp', 0, ATTACH_XDP);
my $prog = syscall(SYS_BPF, PROG_LOAD, $attr, length($attr));
die "loading the program: $!\n" . unpack('Z*', $log) if $prog < 0;
$attr = pack('LLLL', $prog, ifindex($interface), ATTACH_XDP, DRIVER_MODE);
my $link = syscall(SYS_BPF, LINK_CREATE, $attr, length($attr));
die "attaching it to $interface: $!\n" if $link < 0;
print "attached\n";
close(STDOUT);
sleep;
