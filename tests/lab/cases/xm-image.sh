# SPDX-License-Identifier: GPL-2.0-or-later
# shows: images of files and of volumes are made, listed, refused and deleted; what is there stays
# tier: gate
# covers: tools/xm/image.c tools/xm/image.h tools/xm/image-check.c tools/xm/image-config.c
# covers: tools/xm/image-run.c tools/xm/image-use.c tools/xm/cmd-image-create.c
# covers: tools/xm/cmd-image-list.c tools/xm/cmd-image-delete.c tools/xm/image/ tests/lab/image.sh
# covers: tools/xm/savedir.c tools/xm/savedir.h tools/xm/preflight.c
# takes: 17
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/image.sh

images_begin
image_files $tree
all=$(cd $tree && find . -type f | wc -l)

works "an image" xm image-create web1 --tree=$tree --size=24M --swap=16M --kernel="$XENIFY_GUEST_KERNEL"
one=/var/lib/xen/images/web1-disk.img
equal "its name" web1 "$(in_image $one cat etc/hostname)"
equal "its files" ok "$(in_image $one sh -c "[ \$(find root -type f | wc -l) -gt $((all / 2)) ] && echo ok")"
works "its configuration" xm create -n web1.cfg
refuses "another of that name" xm image-create web1 --tree=$tree --size=24M
echo mine >/etc/xen/web2.cfg
refuses "over somebody's file" xm image-create web2 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL"
equal "somebody's file" mine "$(cat /etc/xen/web2.cfg)"
rm /etc/xen/web2.cfg
refuses "what has no room" xm image-create web2 --tree=$tree --size=24T --kernel="$XENIFY_GUEST_KERNEL"
mkdir "/images/a b"
works "in a directory with a blank" xm image-create web2 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" "--dir=/images/a b"
equal "its name" web2 "$(in_image "/images/a b/web2-disk.img" cat etc/hostname)"
works "its configuration" xm create -n web2.cfg
# The host has it.
loop=$(losetup -f --show $one)
refuses "in use" xm image-delete -y web1
contains "by whom" "loop device $loop" "$(xm image-list web1)"
udevadm settle
losetup -d "$loop"
# A guest that is saved needs it.
at_exit "rm -rf /var/lib/xen/save"
image_saved /var/lib/xen/save/web1 $one
refuses "what a saved guest needs" xm image-delete -y web1
refuses "what a saved guest needs" xm create web1.cfg
contains "the message" "saved in /var/lib/xen/save/web1" "$(cat $LAB_DIR/works)"
rm /var/lib/xen/save/web1
works "deleting" xm image-delete -y web1
works "deleting" xm image-delete -y web2
equal "what is left" "" "$(ls /var/lib/xen/images "/images/a b" /etc/xen/*.cfg 2>/dev/null | grep web)"
rmdir "/images/a b"

image_group
works "somebody's volume" lvcreate -q -Wn -Zn -n db2-swap -L 4M servers
works "an image" xm image-create db1 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
equal "its name" db1 "$(in_image /dev/servers/db1-disk cat etc/hostname)"
refuses "over somebody's volume" xm image-create db2 --tree=$tree --size=24M --swap=16M --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
refuses "what has no room" xm image-create db3 --tree=$tree --size=1G --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
works "deleting" xm image-delete -y db1
equal "volumes" db2-swap "$(lvs --noheadings -o lv_name servers | tr -d ' ')"
equal "images" "" "$(xm image-list | sed 1d)"
