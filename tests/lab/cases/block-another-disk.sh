# SPDX-License-Identifier: GPL-2.0-or-later
# shows: when another disk is in a disk's place, who had the old one gets errors, and not a byte of the new one changes
# boot: dom0=ours guest=ours smp=2 memory=2G
# tier: gate
# covers: drivers/xen/ring/tie.c drivers/block/frontend/identity.c drivers/block/frontend/life.c
# covers: drivers/backend/block/identity.c drivers/backend/block/negotiate.c
# takes: 41
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

# another FILE MIB: an image that nobody may write to, and its checksum in $sum.
another() {
	head -c "${2}M" /dev/urandom >"$1"
	at_exit "rm -f $1"
	sum=$(md5sum <"$1")
}

has_ended() { ! guest_run g1 'pgrep -x fio'; }

# is_served FILE MODE: the guest's new disk is this image, by size, content and mode.
is_served() {
	[ "$(guest_run g1 "cat /sys/block/xvdb/ro; md5sum </dev/xvdb")" = "$2
$(md5sum <"$1")" ]
}

# What was asked of the old disk has failed, and the new one is another.
check_another() {
	within 60 "$1: who had the old disk gets an error" has_ended
	within 60 "$1: the new disk is there" is_served "$2" "$3"
	equal "$1: the new image" "$sum" "$(md5sum <"$2")"
}

truncate -s 16M /images/old.img
at_exit "rm -f /images/old.img"
guest_create g1 disk=phy:/dev/ram1,xvdb,w
vbd=$(vbd_of g1 xvdb)

# The guest sees none of what happens in between.
another /images/other.img 17
fio_background g1 xvdb
works pausing xm pause g1
works "the old one goes" xm block-detach -f g1 xvdb
works "another comes" xm block-attach g1 file:/images/other.img,xvdb,w
works unpausing xm unpause g1
check_another "paused" /images/other.img 0

# A file system that was mounted is not written to what came after it, journal and all.
works "it goes in order" xm block-detach g1 xvdb
works "the old one again" xm block-attach g1 phy:/dev/ram1,xvdb,w
within 60 "it is there" guest_run g1 'test -b /dev/xvdb'
guest_works g1 'mkfs.ext4 -q -E nodiscard /dev/xvdb && mount /dev/xvdb /mnt'
guest_works g1 'cat /dev/zero >/mnt/file & sleep 0.5; true'
works pausing xm pause g1
works "the old one goes" xm block-detach -f g1 xvdb
works "another comes, read-only" xm block-attach g1 file:/images/other.img,xvdb,r
works unpausing xm unpause g1
within 60 "the new disk is there" is_served /images/other.img 1
guest_run g1 'sync; umount -l /mnt; pkill -x cat'
equal "the new image" "$sum" "$(md5sum </images/other.img)"
works "it goes" xm block-detach g1 xvdb

# As fast as it goes; the guest may see any part of it.
another /images/large.img 18
large=$sum
for round in $(seq "$(lab_times 2 25 50)"); do
	works "the old one" xm block-attach g1 file:/images/old.img,xvdb,w
	within 60 "it is there" guest_run g1 'test -b /dev/xvdb && blockdev --getsize64 /dev/xvdb | grep 16777216'
	fio_background g1 xvdb
	works "it goes" xm block-detach -f g1 xvdb
	works "another comes" xm block-attach g1 file:/images/large.img,xvdb,w
	sum=$large
	check_another "round $round" /images/large.img 0
	works "it goes in order" xm block-detach g1 xvdb
	within 60 "it is gone" guest_run g1 '! test -e /sys/block/xvdb'
done

# The same directories, and another file at the same path. The frontend finds out; or, as it is
# paused and has seen nothing, its old rings are refused by the backend.
for way in seen unseen; do
	works "the old one" xm block-attach g1 file:/images/old.img,xvdb,w
	within 60 "it is there" guest_run g1 'test -b /dev/xvdb'
	fio_background g1 xvdb
	another /images/same-path.img 16
	[ $way = seen ] || works pausing xm pause g1
	vbd_unbind "$vbd"
	mv /images/same-path.img /images/old.img
	vbd_bind "$vbd"
	[ $way = seen ] || works unpausing xm unpause g1
	check_another "$way" /images/old.img 0
	works "it goes" xm block-detach g1 xvdb
	within 60 "it is gone" guest_run g1 '! test -e /sys/block/xvdb'
done

# A backend of another store has come while the frontend was about to connect to the first one:
# it has mapped empty rings, and is known by what it says. Then wherever the frontend stands.
works "the old one" xm block-attach g1 file:/images/old.img,xvdb,w
within 60 "it is there" guest_run g1 'test -b /dev/xvdb'
fio_background g1 xvdb
dir=/local/domain/0/backend/vbd/$(guest_id g1)/${vbd##*-}
works "it says that it has another" \
	xenstore-write "$dir/xenify-store-instance" 1 "$dir/xenify-store-id" 1 "$dir/state" 4
within 60 "who had the old disk gets an error" has_ended
within 60 "the new disk is there" is_served /images/old.img 0
for round in $(seq "$(lab_times 1 25 50)"); do
	fio_background g1 xvdb
	another /images/same-path.img 16
	vbd_unbind "$vbd"
	vbd_bind "$vbd"
	sleep "0.$((round * 7 % 10))"
	works pausing xm pause g1
	vbd_unbind "$vbd"
	mv /images/same-path.img /images/old.img
	vbd_bind "$vbd"
	works unpausing xm unpause g1
	check_another "connecting, round $round" /images/old.img 0
done
guest_shutdown g1
