# SPDX-License-Identifier: GPL-2.0-or-later
# shows: guests of odd memory sizes have what they were given, and can be given as much as they may
# tier: gate
# covers: arch/x86/xen/boot/ arch/x86/xen/mmu/
# takes: 16
. /lab/tests/lib.sh

# KiB that the memory map of guest $1 calls RAM. The kernel leaves out the first page, and the
# 384 KiB below 1 MiB where a PC has its screen.
ram_of() {
	guest_run "$1" cat /proc/iomem | {
		sum=0
		while read -r range colon name; do
			[ "$colon $name" = ": System RAM" ] || continue
			sum=$((sum + 0x${range#*-} - 0x${range%-*} + 1))
		done
		echo $((sum / 1024 + 4 + 384))
	}
}

total_of() {
	guest_run "$1" cat /proc/meminfo | awk '/^MemTotal/ { print $2 }'
}

# has GUEST MAP MEMORY: MiB that the map has, and that there are behind it, of which the kernel
# takes some for itself.
has() {
	equal "map of $1, in KiB" $(($2 * 1024)) "$(ram_of "$1")"
	total=$(total_of "$1")
	at_least "memory of $1, in KiB" $((($3 - KERNEL) * 1024)) "$total"
	at_least "KiB that are not there, but counted" 1 $(($3 * 1024 - total))
}

# as_much GUEST KIB: balloons take their time.
as_much() {
	now=$(total_of "$1")
	[ "$now" -ge $(($2 - 1024)) ] && [ "$now" -le $(($2 + 1024)) ]
}

KERNEL=44
guest_start small memory=64
guest_start odd memory=97 vcpus=2
guest_start grows memory=99 line='maxmem = 301'
guest_start less memory=131 extra=mem=101M
for guest in small odd grows less; do
	guest_wait $guest
done
has small 64 64
has odd 97 97
has less 101 101
has grows 301 99
say "memory in KiB: $(for g in small odd less grows; do echo "$g $(total_of $g)"; done | tr '\n' ' ')"

start=$(total_of grows)
works "more for the one that may" xl mem-set grows 301
within 20 "it grows" as_much grows $((start + 202 * 1024))
guest_works grows 'mount -t tmpfs -o size=200M none /mnt && dd if=/dev/zero of=/mnt/fill bs=1M count=150'
guest_works grows 'umount /mnt'
works "and less again" xl mem-set grows 120
within 20 "it shrinks" as_much grows $((start + 21 * 1024))
for guest in small odd grows less; do
	guest_shutdown $guest
done
