#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# xm hvm2pv, on disks that are made here: what it finds on them, what it writes, and what it
# says of a disk that is of no use.

family=hvm2pv
PATH=$PATH:/usr/sbin:/sbin
. ./fake-verbs.sh
export SYSROOT=$tmp/root XM_GUESTS=$tmp/guests

# kernel DIR VERSION LINE: one whose configuration has that line, with its initial RAM disk
kernel()
{
	mkdir -p "$1"
	echo "kernel $2" >"$1/vmlinuz-$2"
	echo "initrd $2" >"$1/initrd.img-$2"
	printf '# a configuration\n%s\n' "$3" >"$1/config-$2"
}

# system DIR: a root file system with three kernels
system()
{
	rm -rf "$1"
	mkdir -p "$1/etc" "$1/boot/grub"
	kernel "$1/boot" 6.1.0-9-amd64 CONFIG_XEN_PV=y
	kernel "$1/boot" 6.1.0-10-amd64 CONFIG_XEN_PV=y
	kernel "$1/boot" 6.1.0-11-kvm '# CONFIG_XEN_PV is not set'
	cat >"$1/boot/grub/grub.cfg" <<-'END'
	menuentry 'Debian' {
		linux	/boot/vmlinuz-6.1.0-9-amd64 root=/dev/hda9 old
	}
	menuentry 'Debian' {
		echo	'Loading'
		linux	/boot/vmlinuz-6.1.0-10-amd64 root=/dev/sda1 ro quiet console=ttyS0 $extra
		initrd	/boot/initrd.img-6.1.0-10-amd64
	}
	menuentry 'Debian (recovery)' {
		linux	/boot/vmlinuz-6.1.0-10-amd64 root=/dev/sda1 ro single
	}
	END
	printf '# <device>\nUUID=1-2 / ext4 defaults 0 1\n/dev/sda2 none swap sw 0 0\n' >"$1/etc/fstab"
}

# disk IMAGE DIR [OFFSET-MIB]: a file system of that in the image, which grows
disk()
{
	truncate -s "$((${3:-0} + 8))M" "$1"
	mke2fs -qF -t ext4 -d "$2" -E "offset=$((${3:-0} << 20))" "$1" 8M >"$tmp/mke2fs" 2>&1 ||
		{ cat "$tmp/mke2fs"; bad=1; }
}

# table IMAGE START[:TYPE]...: partitions of 8 MiB from these sectors on, Linux' as a rule; one of
# type 5 has the one that follows it. With "gpt" in front it is a table of that kind.
table()
{
	python3 - "$@" <<'END'
import struct, sys
path, parts = sys.argv[1], sys.argv[2:]
def entry(start, kind):
    return struct.pack("<4xB3xII", kind, start, 16384)
def sector(entries):
    return b"".join(entries).ljust(64, b"\0") + b"\x55\xaa"
with open(path, "r+b") as image:
    def put(where, data):
        image.seek(where)
        image.write(data)
    if parts[0] == "gpt":
        put(446, sector([entry(1, 0xee)]))
        put(512, b"EFI PART" + bytes(64) + struct.pack("<QIII", 2, 128, 128, 0))
        for i, start in enumerate(map(int, parts[1:])):
            put(1024 + 128 * i, b"\x01" * 32 + struct.pack("<QQ", start, start + 16383))
    else:
        pairs = [(int(p.split(":")[0]), int(p.partition(":")[2] or "131")) for p in parts]
        if pairs[0][1] == 5:
            put(446, sector([entry(*pairs[0])]))
            put(512 * pairs[0][0] + 446, sector([entry(pairs[1][0] - pairs[0][0], pairs[1][1])]))
        else:
            put(446, sector([entry(*p) for p in pairs]))
END
}

# has FILE LINE...: these lines are in it
has()
{
	for line in "${@:2}"; do
		grep -qxF "$line" "$1" || { echo "$1 has no line $line:"; cat "$1"; bad=1; }
	done
}

begin
system "$tmp/sys"
disk "$tmp/one.img" "$tmp/sys" 1
table "$tmp/one.img" 2048
cat >"$tmp/web.cfg" <<END
kernel = '/usr/lib/xen-4.0/boot/hvmloader'
builder = 'hvm'
name = 'web'
memory = 64
vcpus = 2
device_model = '/usr/lib/xen-4.0/bin/qemu-dm'
boot = 'cd'
vnc = 1
disk = [ 'file:$tmp/one.img,hda,w', 'file:/srv/data,hdb,w', 'file:/srv/cd.iso,hdc:cdrom,r' ]
vif = [ 'type=ioemu,mac=00:16:3e:00:00:01,bridge=br0,model=e1000' ]
END
cp "$tmp/web.cfg" "$tmp/kept"
cp "$tmp/one.img" "$tmp/one.kept"
run 0 hvm2pv "$tmp/web.cfg"
at=$tmp/root/var/lib/xenify/kernels/web
prints "web: kernel 6.1.0-10-amd64 is in $tmp/one.img, partition 1
web: it is copied to $at/vmlinuz-6.1.0-10-amd64, with its initial RAM disk
web: CD-ROM hdc is left out
web: disk hda is xvda
web: disk hdb is xvdb
web: its /etc/fstab names /dev/sda2; write xvd for hd and sd there before it boots so
$tmp/web-pv.cfg is written, $tmp/web.cfg stays as it is
shut web down, and make it anew: xm create $tmp/web-pv.cfg"
has "$tmp/web-pv.cfg" 'name = "web"' 'type = "pv"' 'memory = 64' 'vcpus = 2' \
	"kernel = \"$at/vmlinuz-6.1.0-10-amd64\"" "ramdisk = \"$at/initrd.img-6.1.0-10-amd64\"" \
	'cmdline = "root=/dev/xvda1 ro quiet console=hvc0"' \
	"vif = [ 'mac=00:16:3e:00:00:01,bridge=br0' ]"
grep -q "vdev=xvda,.*$tmp/one.img.*vdev=xvdb,.*/srv/data' \]" "$tmp/web-pv.cfg" || bad=1
! grep -qE 'hdc|vnc|^boot|hvm' "$tmp/web-pv.cfg" || { cat "$tmp/web-pv.cfg"; bad=1; }
[ "$(cat "$at/vmlinuz-6.1.0-10-amd64" "$at/initrd.img-6.1.0-10-amd64")" = "kernel 6.1.0-10-amd64
initrd 6.1.0-10-amd64" ] || bad=1
cmp "$tmp/web.cfg" "$tmp/kept" && cmp "$tmp/one.img" "$tmp/one.kept" || bad=1
run 0 create -n "$tmp/web-pv.cfg"
[ ! -s "$tmp/err" ] || { cat "$tmp/err"; bad=1; }
verdict from_an_old_file

refused 6 "$tmp/web-pv.cfg: is there already; give another name with -o, or replace it with -f" \
	hvm2pv "$tmp/web.cfg"
run 0 hvm2pv -f "$tmp/web.cfg"
run 0 hvm2pv --boot=pygrub -o "$tmp/other" "$tmp/web.cfg"
has "$tmp/other" 'bootloader = "pygrub"'
grep -q "'format=raw,vdev=xvda,access=rw,target=$tmp/one.img'" "$tmp/other" || bad=1
! grep -qE '^(kernel|ramdisk|cmdline)' "$tmp/other" || bad=1
run 0 hvm2pv -f -b pvgrub -o "$tmp/other" "$tmp/web.cfg"
has "$tmp/other" 'kernel = "/usr/lib/grub-xen/grub-x86_64-xen.bin"'
! grep -qE '^(bootloader|ramdisk|cmdline)' "$tmp/other" || bad=1
refused 2 "'lilo' is none of copy, pygrub, pvgrub" hvm2pv -b lilo "$tmp/web.cfg"
refused 2 'needs one guest' hvm2pv
refused 3 'none: no such domain' hvm2pv none
nodes /local/domain/0/name Domain-0
refused 1 'is this very domain' hvm2pv 0
mkdir "$XM_GUESTS"
cp "$tmp/web.cfg" "$XM_GUESTS/web.cfg"
run 0 hvm2pv web
has "$XM_GUESTS/web-pv.cfg" 'type = "pv"'
verdict choices

# /boot of its own, a table of today's, and an fstab that says what is root.
mkdir -p "$tmp/b/grub2" "$tmp/r/etc"
kernel "$tmp/b" 5.14.0-1.el9 CONFIG_XEN_PV=y
mv "$tmp/b/initrd.img-5.14.0-1.el9" "$tmp/b/initramfs-5.14.0-1.el9.img"
kernel "$tmp/b" 0-rescue-1 CONFIG_XEN_PV=y
printf '/dev/hda2\t/ ext4 defaults 1 1\n' >"$tmp/r/etc/fstab"
rm -f "$tmp/two.img"
disk "$tmp/two.img" "$tmp/b" 1
disk "$tmp/two.img" "$tmp/r" 9
truncate -s 18M "$tmp/two.img"
table "$tmp/two.img" gpt 2048 18432
sed "s|one.img|two.img|" "$tmp/kept" >"$tmp/two.cfg"
run 0 hvm2pv -o "$tmp/two-new" "$tmp/two.cfg"
has "$tmp/two-new" 'cmdline = "root=/dev/xvda2 ro console=hvc0"' \
	"ramdisk = \"$at/initramfs-5.14.0-1.el9.img\""
grep -q 'partition 1$' "$tmp/out" || bad=1
verdict boot_has_a_partition

# A file system without a table; its kernel finds no UUID without an initial RAM disk.
system "$tmp/sys"
rm "$tmp"/sys/boot/initrd.img-* "$tmp/sys/boot/grub/grub.cfg"
rm -f "$tmp/one.img"
disk "$tmp/one.img" "$tmp/sys"
run 0 hvm2pv -f "$tmp/web.cfg"
has "$tmp/web-pv.cfg" 'cmdline = "root=/dev/xvda ro console=hvc0"'
! grep -q '^ramdisk' "$tmp/web-pv.cfg" || bad=1
verdict no_table_and_no_initrd

# Kernels of a time when nobody was asked, and a logical partition.
rm -r "$tmp/sys/boot"
kernel "$tmp/sys/boot" 3.2.0-4-amd64 CONFIG_XEN=y
printf 'kernel /boot/vmlinuz-3.2.0-4-amd64 root=/dev/hda5 ro\n' >"$tmp/menu"
mkdir "$tmp/sys/boot/grub"
mv "$tmp/menu" "$tmp/sys/boot/grub/menu.lst"
rm -f "$tmp/one.img"
disk "$tmp/one.img" "$tmp/sys" 2
table "$tmp/one.img" 2048:5 4096
run 0 hvm2pv -f "$tmp/web.cfg"
has "$tmp/web-pv.cfg" 'cmdline = "root=/dev/xvda5 ro console=hvc0"'
grep -q 'kernel 3.2.0-4-amd64 .*partition 5$' "$tmp/out" || bad=1
verdict old_kernels_and_logical_partitions

# No use: nothing is written.
rm -f "$tmp/web-pv.cfg" "$tmp/one.img"
rm -r "$tmp/sys/boot"
kernel "$tmp/sys/boot" 6.1.0-11-kvm '# CONFIG_XEN_PV is not set'
disk "$tmp/one.img" "$tmp/sys" 1
printf XFSB | dd of="$tmp/one.img" bs=1M seek=9 conv=notrunc status=none
truncate -s 11M "$tmp/one.img"
table "$tmp/one.img" 2048 18432
refused 5 'web: disk hda: .*one.img has no kernel for PV guests in /boot .*(partition 1: ext, partition 2: xfs)' \
	hvm2pv "$tmp/web.cfg"
echo short >"$tmp/one.img"
refused 5 'web: disk hda: .*one.img: it is too short' hvm2pv "$tmp/web.cfg"
rm "$tmp/one.img"
refused 5 'web: disk hda: .*one.img: No such file' hvm2pv "$tmp/web.cfg"
printf 'name = "p"\nkernel = "/k"\nmemory = 64\n' >"$tmp/p.cfg"
refused 5 'p: is no HVM guest, but pv' hvm2pv "$tmp/p.cfg"
printf 'name = "p"\ntype = "hvm"\nmemory = 64\ndisk = [ "/a,qcow2,hda,w" ]\n' >"$tmp/p.cfg"
refused 5 "p: disk hda is not a plain file .*qemu-img convert" hvm2pv "$tmp/p.cfg"
printf 'name = "p"\ntype = "hvm"\nmemory = 64\ndisk = [ ",hdc:cdrom,r" ]\n' >"$tmp/p.cfg"
refused 5 "p: has no disk to boot from" hvm2pv "$tmp/p.cfg"
[ ! -e "$tmp/web-pv.cfg" ] && [ ! -e "$tmp/p-pv.cfg" ] || bad=1
verdict disks_of_no_use

# The guest has written all that is read: names with anything in them, and tables that go on.
system "$tmp/sys"
touch "$tmp/sys/boot/config-9;touch x" "$tmp/sys/boot/vmlinuz-9;touch x" \
	"$tmp/sys/boot/vmlinuz-9\"a" "$tmp/sys/boot/vmlinuz-"
rm -f "$tmp/one.img"
disk "$tmp/one.img" "$tmp/sys" 1
table "$tmp/one.img" 2048
run 0 hvm2pv "$tmp/web.cfg"
grep -q 'kernel 6.1.0-10-amd64 ' "$tmp/out" || bad=1
python3 - "$tmp/one.img" <<'END'
import struct, sys
entry = lambda kind, start: bytes(4) + bytes([kind]) + bytes(3) + struct.pack("<II", start, 9)
with open(sys.argv[1], "wb") as f:
    f.write(bytes(446) + entry(5, 1) + entry(5, 0) + entry(0x83, 4294967295) + bytes(16) + b"\x55\xaa")
    for i in range(1, 60):
        f.write(bytes(446) + entry(0x83, 1) + entry(5, 1) + bytes(32) + b"\x55\xaa")
END
run 5 hvm2pv -f "$tmp/web.cfg"
verdict what_a_guest_may_write
