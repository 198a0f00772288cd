# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For cases about images: a system that is small enough to be put into one in the lab. Cases
# source it after lib.sh, as /lab/tests/image.sh.

export XM_IMAGE_HELPER=/lab/image/xm-image

# Whatever becomes of a case, no image of it stays.
images_forget() {
	for lab_record in /var/lib/xenify/images/*.image; do
		[ ! -e "$lab_record" ] || xm image-delete -y "$(basename "$lab_record" .image)"
	done
	rm -rf /var/cache/xenify /var/lib/xenify/images /var/lib/xen/images
}

# images_begin: first thing in a case; a system may be put together in $tree.
images_begin() {
	[ "$XM" = xm ] || skip "there is no xm"
	at_exit ". /lab/tests/image.sh; images_forget"
	tree=$LAB_DIR/tree
}

# image_files DIR: something to fill an image with that boots nothing
image_files() {
	mkdir -p "$1/etc" "$1/root"
	echo nobody >"$1/etc/hostname"
	cp -r /lab/tests "$1/root/"
}

# image_tree DIR: busybox, what process 1 and the agent of the lab's guests are, and an /etc.
image_tree() {
	for lab_dir in bin sbin etc dev proc sys run tmp root mnt lib/modules var/tmp var/log; do
		mkdir -p "$1/$lab_dir"
	done
	mkdir -p $LAB_DIR/guest
	works "the guests' root" mount -t ext4 -o ro /dev/lab/guest $LAB_DIR/guest
	for lab_file in init xenify-agent poweroff halt reboot; do
		cp -L "$LAB_DIR/guest/sbin/$lab_file" "$1/sbin/"
	done
	umount $LAB_DIR/guest
	for lab_file in /bin/busybox /sbin/resize2fs; do
		cp -L "$(command -v $lab_file)" "$1/bin/"
		ldd $lab_file | grep -o '/[^ ]*' | while read -r lab_library; do
			mkdir -p "$1$(dirname "$lab_library")"
			cp -L "$lab_library" "$1$lab_library"
		done
	done
	for lab_file in sh cat md5sum sync df dd head mount blockdev stat ls rm; do
		ln -s busybox "$1/bin/$lab_file"
	done
	printf 'root::19000::::::\n' >"$1/etc/shadow"
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$1/etc/passwd"
	echo nobody >"$1/etc/hostname"
}

# image_guest NAME: its configuration, made by xm, is one of a guest that cases can talk to.
image_guest() {
	sed -i "s/^extra = .*/extra = \"console=hvc0 earlyprintk=xen clocksource=xen tsc=reliable norandmaps xenify.agent xenify.name=$1\"/
		s/^memory = .*/memory = 160/; s/^vif = .*/vif = [ ]/" "/etc/xen/$1.cfg"
	echo "tsc_mode = 'native'" >>"/etc/xen/$1.cfg"
	LAB_GUESTS="$LAB_GUESTS $1"
	works "making the guest $1" xm create "$1.cfg"
	guest_wait "$1"
}

# in_image DISK COMMAND...: udev looks at what is mounted, and would have it open still later.
in_image() {
	lab_disk=$1
	shift
	mkdir -p $LAB_DIR/mnt
	works "mounting $lab_disk" mount -o ro,noload "$lab_disk" $LAB_DIR/mnt
	udevadm settle
	(cd $LAB_DIR/mnt && "$@")
	umount $LAB_DIR/mnt
}

# image_group: a volume group, "servers"
image_group() {
	truncate -s 160M /images/pv.img
	pv=$(losetup -f --show /images/pv.img)
	at_exit "vgremove -qqf servers; losetup -d $pv; rm -f /images/pv.img"
	works "a volume group" vgcreate -q servers "$pv"
}

# image_saved FILE DISK: what "xm save" writes before the memory of a guest with this disk
image_saved() {
	lab_json="{\"disks\":[{\"pdev_path\":\"$2\"}]}"
	lab_len=$((${#lab_json} + 1))
	mkdir -p "$(dirname "$1")"
	{
		printf 'Xen saved domain, xl format\n \000 \r\004\003\002\001\003\000\000\000\000\000\000\000'
		printf "\\$(printf %03o $((lab_len + 4)))\\000\\000\\000\\$(printf %03o $lab_len)\\000\\000\\000"
		printf '%s\000' "$lab_json"
	} >"$1"
}
