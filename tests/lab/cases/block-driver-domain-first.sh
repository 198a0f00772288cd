# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a driver domain ends before its client: that is destroyed at once, or shut down when its disk is given up
# tier: full
# gate: block-backend-timeout
# covers: drivers/block/frontend/life.c drivers/xen/ring/tie.c tools/xm/cmd-destroy.c tools/xm/cmd-shutdown.c
# takes: 43
# limit: 600
XM=xl
. /lab/tests/lib.sh

truncate -s 32M /images/driver.img
at_exit "rm -f /images/driver.img"

# A client with a file system on the driver domain's disk, written to and not synced.
start_both() {
	guest_create driver memory=160 line='driver_domain = 1' \
		disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/images/driver.img
	guest_start g1 "extra=xen_blkfront.backend_timeout=20" \
		disk=format=raw,vdev=xvdb,access=w,backend=driver,target=/dev/xvdb
	dir=/local/domain/$(guest_id driver)/backend/vbd/$(guest_id g1)/51728
	within 180 "the toolstack asks for it" xenstore-exists "$dir/params"
	xenstore-write "$dir/physical-device" \
		"$(guest_run driver "stat -L -c %t:%T $(xenstore-read "$dir/params")")"
	guest_wait g1
	guest_works g1 'mkfs.ext4 -q -E nodiscard /dev/xvdb && mount /dev/xvdb /mnt && cp /bin/sh /mnt/file'
	guest_destroy driver
}

# nothing_left ID: of a guest that has ended, in xenstore.
nothing_left() {
	! xenstore-ls -f / | grep -E "^/local/domain/($1([/ ]|\$)|[0-9]+/backend/[a-z]+/$1([/ ]|\$))"
}

start_both
id=$(guest_id g1)
works "destroying the client" timeout $((6 * LAB_SLOW)) xm destroy g1 >$LAB_DIR/out 2>&1
refuses "(null) in what it says" grep -F '(null)' $LAB_DIR/out
works "nothing is left" nothing_left "$id"

start_both
id=$(guest_id g1)
contains "what the client says" "backend is gone" "$(guest_run g1 'dmesg | tail -n 5')"
works "shutting the client down" timeout $((18 * LAB_SLOW)) xm shutdown -w -t $((15 * LAB_SLOW)) g1
works "nothing is left of it" nothing_left "$id"
