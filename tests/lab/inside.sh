# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# For cases about kernels inside a guest's disk: a disk with the guests' kernel in its /boot, as
# a system has it that installs its own. Sourced after lib.sh.
#
#   inside_disk /tmp/a.img root=/dev/xvdb ro    a file with one partition; its grub.cfg says so
#   inside_words g1                             what the lab's guests need besides

# Without a console, which hvm2pv and PV GRUB's user say themselves.
inside_words() {
	echo "earlyprintk=xen clocksource=xen tsc=reliable printk.time=1 norandmaps" \
		"xenify.agent xenify.name=$1"
}

# inside_disk FILE WORD...: 96 MiB behind the first one, most of it a hole
inside_disk() {
	inside_file=$1
	shift
	inside_dir=$LAB_DIR/inside
	mkdir -p "$inside_dir/boot/grub"
	# PV GRUB unpacks gzip, xz and lzo, and the lab's kernel is packed with lz4.
	cp "$(unpacked "$XENIFY_GUEST_KERNEL")" "$inside_dir/boot/vmlinuz-6.12-inside"
	printf '# Linux\nCONFIG_XEN=y\nCONFIG_XEN_PV=y\n' >"$inside_dir/boot/config-6.12-inside"
	{
		printf 'set timeout=0\nmenuentry "inside" {\n'
		printf '\tlinux /boot/vmlinuz-6.12-inside %s\n' "$*"
		if [ -n "$XENIFY_GUEST_INITRD" ]; then
			cp "$XENIFY_GUEST_INITRD" "$inside_dir/boot/initrd.img-6.12-inside"
			printf '\tinitrd /boot/initrd.img-6.12-inside\n'
		fi
		printf '}\n'
	} >"$inside_dir/boot/grub/grub.cfg"
	at_exit "rm -f '$inside_file'"
	truncate -s 97M "$inside_file"
	works "making a file system" mke2fs -qF -t ext4 -d "$inside_dir" -E offset=1048576 \
		"$inside_file" 96M
	rm -r "$inside_dir"
	# One partition of Linux, from sector 2048 on, of 196608.
	printf '\0\0\0\0\203\0\0\0\0\010\0\0\0\0\003\0' |
		dd of="$inside_file" bs=1 seek=446 conv=notrunc status=none
	printf '\125\252' | dd of="$inside_file" bs=1 seek=510 conv=notrunc status=none
}

# inside_disks FILE FIRST SECOND: that, the guests' root, and what their kernel's modules are on.
inside_disks() {
	echo "'file:$1,$2,w', 'phy:/dev/lab/guest,$3,r'"
	[ -z "$XENIFY_GUEST_MODULES" ] || echo ", 'phy:$XENIFY_GUEST_MODULES,xvdz,r'"
}

# Nothing that a guest wrote is a disk of Dom0's.
inside_is_nowhere() {
	equal "loop devices with it" "" "$(losetup -n -O BACK-FILE | grep -x "$1")"
	equal "disks of Dom0 from a backend" "" "$(ls /sys/block | grep ^xvd)"
	refuses "a mount of it" grep -q inside /proc/mounts
}
