# SPDX-License-Identifier: GPL-2.0-or-later
# shows: images of files and of volumes are made, copied, resized, refused and deleted
# tier: gate
# covers: tools/xm/image.c tools/xm/image.h tools/xm/image-check.c tools/xm/image-config.c
# covers: tools/xm/image-run.c tools/xm/image-use.c tools/xm/cmd-image-create.c
# covers: tools/xm/cmd-image-list.c tools/xm/cmd-image-clone.c tools/xm/cmd-image-resize.c
# covers: tools/xm/cmd-image-delete.c tools/xm/image/ tests/lab/image.sh
# takes: 30
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/image.sh

[ "$XM" = xm ] || skip "there is no xm"
at_exit ". /lab/tests/image.sh; images_forget"
tree=$LAB_DIR/tree
mkdir -p $tree/etc $tree/root
echo nobody >$tree/etc/hostname
cp -r /lab/tests $tree/root/
all=$(cd $tree && find . -type f | wc -l)

# in_image DISK COMMAND...
in_image() {
	lab_disk=$1
	shift
	mkdir -p $LAB_DIR/mnt
	works "mounting $lab_disk" mount -o ro,noload "$lab_disk" $LAB_DIR/mnt
	(cd $LAB_DIR/mnt && "$@")
	umount $LAB_DIR/mnt
}

works "an image" xm image-create web1 --tree=$tree --size=24M --swap=16M --kernel="$XENIFY_GUEST_KERNEL"
one=/var/lib/xen/images/web1-disk.img
equal "its name" web1 "$(in_image $one cat etc/hostname)"
equal "its files" ok "$(in_image $one sh -c "[ \$(find root -type f | wc -l) -gt $((all / 2)) ] && echo ok")"
works "its configuration" xm create -n web1.cfg
refuses "another of that name" xm image-create web1 --tree=$tree --size=24M
works "a copy" xm image-clone web1 web2
equal "the copy's name" web2 "$(in_image /var/lib/xen/images/web2-disk.img cat etc/hostname)"
works "larger" xm image-resize web2 32M
works "smaller" xm image-resize --shrink web2 20M
equal "its name, still" web2 "$(in_image /var/lib/xen/images/web2-disk.img cat etc/hostname)"
# The host has it.
loop=$(losetup -f --show $one)
refuses "in use" xm image-delete -y web1
contains "by whom" "loop device $loop" "$(xm image-list web1)"
losetup -d "$loop"
works "deleting" xm image-delete -y web1
works "deleting" xm image-delete -y web2
equal "what is left" "" "$(ls /var/lib/xen/images /etc/xen/*.cfg 2>/dev/null | grep web)"

truncate -s 160M /images/pv.img
pv=$(losetup -f --show /images/pv.img)
at_exit "vgremove -qqf servers; losetup -d $pv; rm -f /images/pv.img"
works "a volume group" vgcreate -q servers "$pv"
works "an image" xm image-create db1 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
works "a snapshot" xm image-clone db1 db2
equal "the copy's name" db2 "$(in_image /dev/servers/db2-disk cat etc/hostname)"
equal "the other's name" db1 "$(in_image /dev/servers/db1-disk cat etc/hostname)"
refuses "deleting its origin" xm image-delete -y db1
refuses "resizing its origin" xm image-resize db1 32M
works "deleting the snapshot" xm image-delete -y db2
works "larger" xm image-resize db1 32M
works "smaller" xm image-resize --shrink db1 20M
equal "its name, still" db1 "$(in_image /dev/servers/db1-disk cat etc/hostname)"
refuses "what has no room" xm image-create db3 --tree=$tree --size=1G --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
works "deleting" xm image-delete -y db1
equal "volumes" "" "$(lvs --noheadings servers)"
equal "images" "" "$(xm image-list | sed 1d)"
