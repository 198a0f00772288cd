#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images whose making or deleting is cut off, anywhere. Nothing half made is left, at the
# latest when the image is taken again, and what there was before is what it was.

. ./image-world.sh
. ./image-cut.sh

# If xm was killed, a record is left at least, which goes when the image is taken.
nothing_made()
{
	[[ $1 == term* || $1 == helper* ]] || xm image-delete -y web1 >/dev/null 2>&1
	if [ -e "$records/web1.image" ]; then
		# It was complete already.
		same "$1: state" state=ready "$(grep state= "$records/web1.image")"
		xm image-delete -y web1 >/dev/null 2>&1
	fi
	nothing_left "($1)"
}

name=web1
every term 3 nothing_made create web1 --swap=16M
verdict cut_off_by_a_signal_is_not_made
every helper 9 nothing_made create web1 --swap=16M
every xm 9 nothing_made create web1 --swap=16M
every both 4 nothing_made create web1 --swap=16M
every both 9 nothing_made create web1 --swap=16M --lvm=vg0
verdict cut_off_by_sigkill_is_not_made

# All of it, or nothing.
name=web2
works create web2 --swap=16M
gone_or_there()
{
	# It is taken, and no other one is made.
	create web2 --size=500T >/dev/null 2>&1
	if [ -e "$records/web2.image" ]; then
		same "all of it ($1)" "$before" "$(md5sum "$images"/web2-* "$configs/web2.cfg")"
	else
		nothing_left "($1)"
		create web2 --swap=16M >/dev/null 2>&1
	fi
	before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
}
before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
for how in term both; do
	every $how 1 gone_or_there xm image-delete -y web2
done
verdict cut_off_is_deleted_or_not
