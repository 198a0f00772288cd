# SPDX-License-Identifier: GPL-2.0-or-later
# shows: images of volumes are copied, and made larger and smaller; a snapshot's origin stays, and nobody sees others' bytes
# tier: full
# gate: xm-image-copies xm-image
# covers: tools/xm/cmd-image-clone.c tools/xm/cmd-image-resize.c tools/xm/image/store.sh
# takes: 38
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/image.sh

images_begin
image_files $tree
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
