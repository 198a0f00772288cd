# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=upstream smp=1 memory=2G
# shows: a guest that asks for much at once has no more than its part of the host's mappings
# tier: full
# gate: hostile-frontend interop-back
# covers: drivers/backend/block/sweep.c drivers/backend/block/grant.c
# takes: 20
# limit: 600
. /lab/tests/lib.sh

works "a device" dmsetup create slow --table "0 131072 linear /dev/ram1 0"
at_exit "dmsetup remove --retry slow"
guest_create g1 memory=512 extra='xen_blkfront.max_ring_page_order=4' \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/mapper/slow
back=/sys/bus/xen-backend/devices/vbd-$(guest_id g1)-51728
works "the device becomes slow" sh -c 'dmsetup load slow --table "0 131072 delay /dev/ram1 0 4000" &&
	dmsetup resume slow'

# Requests of 32 pages each: a full ring of them has twice as many pages as a queue may have.
guest_works g1 'setsid fio --name=much --filename=/dev/xvdb --rw=read --bs=128k --iodepth=400 \
	--size=40M --ioengine=libaio --direct=1 >/run/much 2>&1 </dev/null &'
is_asked() { [ "$(cat "$back/in_flight")" -ge 200 ]; }
within 60 "it has asked" is_asked
sleep 1
# Its status has what it delays; to the kernel's counters that has not begun.
reads=$(dmsetup status slow | awk '{ print $4 }')
say "the store has $reads reads of $(cat "$back/in_flight")"
at_least "requests that the store has" 64 "$reads"
at_least "and no more than 4096 pages of them" 1 $((129 - reads))
has_ended() { ! guest_run g1 'pgrep -x fio'; }
within 90 "all have ended" has_ended
contains "what fio says" "err= 0" "$(guest_run g1 'cat /run/much')"
equal "requests that failed" 0 "$(cat "$back/statistics/err_req")"
guest_shutdown g1
