# SPDX-License-Identifier: GPL-2.0-or-later
# shows: images of files and of volumes are copied, and made larger and smaller; a snapshot's origin stays
# tier: gate
# covers: tools/xm/cmd-image-clone.c tools/xm/cmd-image-resize.c tools/xm/image-config.c
# covers: tools/xm/image/store.sh tools/xm/image/own.sh
# takes: 49
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/image.sh

images_begin
image_files $tree

works "an image" xm image-create web1 --tree=$tree --size=24M --swap=16M --kernel="$XENIFY_GUEST_KERNEL"
two=/var/lib/xen/images/web2-disk.img
works "a copy" xm image-clone web1 web2
equal "the copy's name" web2 "$(in_image $two cat etc/hostname)"
works "larger" xm image-resize web2 32M
works "smaller" xm image-resize --shrink web2 20M
equal "its size" $((20 << 20)) "$(stat -c %s $two)"
works "its file system" e2fsck -fn $two
equal "its name, still" web2 "$(in_image $two cat etc/hostname)"
loop=$(losetup -f --show $two)
refuses "smaller, in use" xm image-resize --shrink web2 16M
refuses "a copy, in use" xm image-clone web2 web3
udevadm settle
losetup -d "$loop"
works "deleting" xm image-delete -y web1
works "deleting" xm image-delete -y web2

image_group
# Somebody has had what images will have.
works "a volume" lvcreate -q -Wn -Zn -n old -L 72M servers
tr '\000' x </dev/zero | dd of=/dev/servers/old bs=1M count=72 iflag=fullblock oflag=direct status=none
works "removing it" lvremove -qf servers/old
works "an image" xm image-create db1 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
works "a snapshot" xm image-clone db1 db2
equal "the copy's name" db2 "$(in_image /dev/servers/db2-disk cat etc/hostname)"
equal "the other's name" db1 "$(in_image /dev/servers/db1-disk cat etc/hostname)"
refuses "deleting its origin" xm image-delete -y db1
refuses "resizing its origin" xm image-resize db1 32M
works "deleting the snapshot" xm image-delete -y db2
works "a whole copy" xm image-clone --copy db1 db2
equal "the copy's name" db2 "$(in_image /dev/servers/db2-disk cat etc/hostname)"
works "deleting its origin" xm image-delete -y db1
works "larger" xm image-resize db2 32M
equal "its size" $((32 << 20)) "$(blockdev --getsize64 /dev/servers/db2-disk)"
equal "others' bytes in it" 0 "$(dd if=/dev/servers/db2-disk bs=1M skip=24 status=none | tr -d '\000' | wc -c)"
equal "volumes" db2-disk "$(lvs --noheadings -o lv_name servers | xargs)"
works "smaller" xm image-resize --shrink db2 20M
works "its file system" e2fsck -fn /dev/servers/db2-disk
equal "its name, still" db2 "$(in_image /dev/servers/db2-disk cat etc/hostname)"
works "deleting" xm image-delete -y db2
equal "volumes" "" "$(lvs --noheadings servers)"
equal "images" "" "$(xm image-list | sed 1d)"
