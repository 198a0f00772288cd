#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are volumes, with programs in the place of LVM's: snapshots go nowhere
# without their origins, and somebody else's volume stays.

. ./image-world.sh

disk=$SYSROOT/dev/vg0/web1-disk
works create web1 --lvm=vg0 --swap=16M
clean_fs "$disk"
same hostname web1 "$(inside "$disk" etc/hostname)"
same "tags" "" "$(cat "$FAKE_LVM"/vg0/*/tags)"
grep -q "target=$disk'" "$configs/web1.cfg" || bad=1
refuses 5 'there is no volume group vg9' create web2 --lvm=vg9
FAKE_FULL=1 refuses 1 'insufficient free space' create web2 --lvm=vg0
mkdir "$FAKE_LVM/vg0/web2-disk"
echo xm.making >"$FAKE_LVM/vg0/web2-disk/tags.other"
refuses 6 'vg0/web2-disk exists already' create web2 --lvm=vg0
mkdir "$FAKE_LVM/vg0/web3-swap"
refuses 6 'vg0/web3-swap exists already' create web3 --lvm=vg0 --swap=16M
[ -d "$FAKE_LVM/vg0/web2-disk" ] && [ -d "$FAKE_LVM/vg0/web3-swap" ] || bad=1
rm -r "$FAKE_LVM/vg0/web2-disk" "$FAKE_LVM/vg0/web3-swap"
same "images" web1 "$(xm image-list | sed '1d; s/ .*//')"
verdict of_volumes_is_made

sum=$(md5sum <"$disk")
guest_has "$disk"
refuses 6 'is in use by guest g7' xm image-clone web1 web2
works xm image-clone --running web1 web2
guest_gone
two=$SYSROOT/dev/vg0/web2-disk
clean_fs "$two"
same hostname web2 "$(inside "$two" etc/hostname)"
same origin web1-disk "$(cat "$FAKE_LVM/vg0/web2-disk/origin")"
refuses 6 'has snapshots, which need it (web2-disk)' xm image-delete -y web1
refuses 6 'has snapshots, which need it (web2-disk)' xm image-resize web1 +16M
refuses 6 'is a snapshot of web1-disk' xm image-resize web2 +16M
refuses 6 'is a snapshot of web1-disk' xm image-resize --shrink web2 16M
same "the origin" "$sum" "$(md5sum <"$disk")"
works xm image-clone --copy web1 web3
[ ! -e "$FAKE_LVM/vg0/web3-disk/origin" ] || bad=1
same hostname web3 "$(inside "$SYSROOT/dev/vg0/web3-disk" etc/hostname)"
guest_has "$disk"
refuses 6 'a copy takes its time' xm image-clone --copy --running web1 web4
guest_gone
verdict of_volumes_is_copied

works xm image-resize web3 32M
works xm image-resize --shrink web3 20M
clean_fs "$SYSROOT/dev/vg0/web3-disk"
same "size" 20 "$(($(stat -c %s "$SYSROOT/dev/vg0/web3-disk") >> 20))"
verdict of_volumes_is_resized

works xm image-delete -y web2
works xm image-delete -y web1
works xm image-delete -y web3
nothing_left
same "volumes" "" "$(ls "$FAKE_LVM/vg0")"
verdict of_volumes_is_deleted
