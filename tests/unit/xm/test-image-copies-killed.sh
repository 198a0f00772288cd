#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images whose copying or resizing is cut off, anywhere. Nothing half made is left, at the
# latest when the image is taken again, and what there was before is what it was.

. ./image-world.sh
. ./image-cut.sh

name=web1
works create web2 --swap=16M
before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
no_copy()
{
	xm image-delete -y web1 >/dev/null 2>&1
	same "the other one ($1)" "$before" "$(md5sum "$images"/web2-* "$configs/web2.cfg")"
	same "files ($1)" "web2-disk.img
web2-swap.img" "$(ls "$images")"
}
every term 7 no_copy xm image-clone web2 web1
every both 7 no_copy xm image-clone web2 web1
verdict cut_off_is_not_copied

# Whichever size it has then, all that was on it is there.
name=web2
intact()
{
	works xm image-list web2
	works xm image-resize web2 24M >/dev/null
	[ -e "$images/web2-disk.img" ] || xm image-resize --shrink web2 24M
	clean_fs "$images/web2-disk.img"
	same "data ($1)" "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$images/web2-disk.img" root/data | md5sum)"
	same "files ($1)" "web2-disk.img
web2-swap.img" "$(ls "$images")"
}
for how in term both; do
	every $how 3 intact xm image-resize --shrink web2 16M
done
verdict cut_off_is_not_shrunk
