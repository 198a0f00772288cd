#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the machine that `bench --kvm` boots, with Debian's kernel and no Xen: makes the
# disks that dom0.sh makes, lets a KVM guest with virtio-blk do I/O on them, and prints what
# benchlib/report.py reads. benchlib/kvm.py says how the machine is made; kvm-guest.sh runs
# in the guest. /lab/plan has a line for each set: NAME DEVICE RUN.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
HOME=/root
export PATH HOME

port() {
	for dir in /sys/class/virtio-ports/*; do
		name=
		[ ! -r "$dir/name" ] || read -r name <"$dir/name"
		[ "$name" != "$1" ] || echo "/dev/${dir##*/}"
	done
}

die() {
	echo "lab-fatal: $*" >/dev/console
	sleep 1
	echo o >/proc/sysrq-trigger
	sleep 60
}

prepare() {
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /tmp
	for disk in /sys/block/vd*; do
		serial=
		read -r serial <"$disk/serial"
		[ "$serial" != lab-modules ] || mount -t ext4 -o ro "/dev/${disk##*/}" /lib/modules
		[ "$serial" != lab-guest ] || root=/dev/${disk##*/}
		[ "$serial" != lab-kit ] || kit=/dev/${disk##*/}
	done
	/lib/systemd/systemd-udevd --daemon
	modprobe virtio_console
	modprobe kvm halt_poll_ns=0 && modprobe kvm_amd || die "no KVM in Debian's kernel"
	# Its parts are named for what another module would do.
	modprobe brd rd_nr=2 rd_size=262144
	udevadm settle
	[ -c /dev/kvm ] || die "no /dev/kvm: does the emulated CPU have SVM?"
}

disks() {
	mkdir -p /bench
	mke2fs -q -F -t ext4 -b 4096 -m 0 -O '^has_journal' /dev/ram1
	mount -t ext4 /dev/ram1 /bench || die "no ext4 on ram1"
	dd if=/dev/zero of=/dev/ram0 bs=1M count="$1" 2>/dev/null
	dd if=/dev/zero of=/bench/1 bs=1M count="$1" oflag=direct 2>/dev/null
}

# disk FILE ID: virtio-blk with its own thread, and the host's asynchronous I/O.
disk() {
	echo "-object iothread,id=thread-$2,poll-max-ns=0
		-drive file=$1,format=raw,if=none,id=$2,cache=none,aio=native
		-device virtio-blk-pci,drive=$2,iothread=thread-$2"
}

# What the guest cannot find out: two emulations deep, no timer is good enough to measure the
# TSC, and without it each look at the clock would be a trip to this QEMU.
tsc_khz() {
	dmesg | sed -n 's/.*tsc: Refined TSC clocksource calibration: \([0-9]*\)\.\([0-9]*\) MHz/\1\2/p'
}

guest() {
	# shellcheck disable=SC2046
	qemu-system-x86_64 -M q35 -accel kvm -cpu host -smp 1 -m 384 -nodefaults -no-user-config \
		-display none -no-reboot -kernel /lab/vmlinuz -append "console=ttyS0 root=/dev/vda \
		ro tsc=reliable tsc_early_khz=$(tsc_khz) init=/bin/sh -- -c \"mount -t devtmpfs d /dev; mount -t proc p \
		/proc; mount -t sysfs s /sys; mount -o ro /dev/vdb /mnt; exec sh /mnt/kvm-guest.sh\"" \
		-serial file:/run/console -device virtio-serial-pci \
		-chardev file,id=out,path=/run/out \
		-device virtserialport,chardev=out,name=out \
		-drive "file=$root,format=raw,if=none,id=root,readonly=on" \
		-device virtio-blk-pci,drive=root \
		-drive "file=$kit,format=raw,if=none,id=kit,readonly=on" \
		-device virtio-blk-pci,drive=kit \
		$(disk /dev/ram0 phy) $(disk /bench/1 file) >/run/qemu 2>&1
}

prepare
disks "$(cat /lab/area)"
control=$(port lab.ctl)
echo up >"$control"
# As it comes, for a guest that hangs.
: >/run/console
tail -f /run/console | sed -u 's/\r//; s/^/kvm guest: /' >/dev/console &
guest
status=$?
sed 's/^/qemu: /' /run/qemu >/dev/console
cat /run/out >"$(port lab.out)"
echo "status $status" >"$control"
sleep 1
echo o >/proc/sysrq-trigger
sleep 60
