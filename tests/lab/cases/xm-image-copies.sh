# SPDX-License-Identifier: GPL-2.0-or-later
# shows: images of files are copied, and made larger and smaller, unless they are in use
# tier: gate
# covers: tools/xm/cmd-image-clone.c tools/xm/cmd-image-resize.c tools/xm/image-config.c
# covers: tools/xm/image/store.sh tools/xm/image/own.sh
# takes: 14
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

equal "images" "" "$(xm image-list | sed 1d)"
