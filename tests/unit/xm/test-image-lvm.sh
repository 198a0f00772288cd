#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are volumes, with programs in the place of LVM's: somebody else's stays.

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

# Of what can't be reached nothing is known: it is not forgotten.
mv "$FAKE_LVM/vg0" "$FAKE_LVM/away"
mv "$SYSROOT/dev/vg0" "$SYSROOT/dev/away"
refuses 1 'web1-disk is not there' xm image-delete -y web1
for state in deleting resizing making; do
	sed -i "s/^state=.*/state=$state/" "$records/web1.image"
	refuses 1 "group vg0 can't be read" xm image-delete -y web1
done
grep -qx state=making "$records/web1.image" || bad=1
sed -i 's/^state=.*/state=deleting/' "$records/web1.image"
mv "$FAKE_LVM/away" "$FAKE_LVM/vg0"
mv "$SYSROOT/dev/away" "$SYSROOT/dev/vg0"
refuses 2 'is not a size' xm image-resize web1 1
grep -qx state=ready "$records/web1.image" || bad=1
clean_fs "$disk"
verdict out_of_reach_is_remembered

works xm image-delete -y web1
nothing_left
same "volumes" "" "$(ls "$FAKE_LVM/vg0")"
verdict of_volumes_is_deleted
