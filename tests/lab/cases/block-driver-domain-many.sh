# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a driver domain serves fourteen disks of a guest, all named at the same moment
# tier: full
# gate: block-twenty-disks
# covers: drivers/xen/ring/keys.c drivers/backend/block/life.c drivers/block/frontend/life.c
# takes: 45
# limit: 600
XM=xl
. /lab/tests/lib.sh

DISKS=14
common=disk=format=raw,access=w
# name NUMBER: xvdb, xvdc and so on.
name() { printf "xvd\\$(printf %o $((97 + $1)))"; }

# More disks than xenstore lets a domain have transactions at once.
set --
for n in $(seq $DISKS); do
	truncate -s 4M "/images/many-$n.img"
	set -- "$@" "$common,vdev=$(name "$n"),script=/lab/bin/lab-block,target=/images/many-$n.img"
done
at_exit "rm -f /images/many-*.img"
guest_create driver memory=160 line='driver_domain = 1' "$@"

set --
for n in $(seq $DISKS); do
	set -- "$@" "$common,vdev=$(name "$n"),backend=driver,target=/dev/$(name "$n")"
done
guest_start g1 "$@"
dir=/local/domain/$(guest_id driver)/backend/vbd/$(guest_id g1)
vdev() { echo $((51712 + 16 * $1)); }
within 180 "the toolstack asks for the last one" \
	xenstore-exists "$dir/$(vdev $DISKS)/params"

# All in one transaction: every disk's store is opened in a work of its own.
set --
for n in $(seq $DISKS); do
	set -- "$@" "$dir/$(vdev "$n")/physical-device" \
		"$(guest_run driver "stat -L -c %t:%T $(xenstore-read "$dir/$(vdev "$n")/params")")"
done
xenstore-write "$@"
guest_wait g1
has_all() { [ "$(guest_run g1 'ls -d /sys/block/xvd[b-o] | wc -l')" -eq $DISKS ]; }
within 60 "the guest has all of them" has_all
guest_works g1 'for d in b c d e f g h i j k l m n o; do
		dd if=/dev/urandom of=/dev/xvd$d bs=64k count=4 oflag=direct status=none || exit
	done'
# ENOSPC is 28.
refuses "an error for want of room" sh -c \
	"xenstore-ls -f /local/domain/$(guest_id driver)/error | grep '= \"28 '"
guest_shutdown g1
guest_shutdown driver
