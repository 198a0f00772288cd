# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a backend that comes back with less to offer gets what was in flight, in parts
# tier: gate
# covers: drivers/block/frontend/negotiate.c drivers/block/frontend/request.c
# covers: drivers/backend/block/negotiate.c
# takes: 16
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

discards() {
	guest_run g1 'cat /sys/block/xvdb/queue/discard_max_bytes'
}
queues() {
	cat "$VBD_DRIVER/$vbd/queues"
}

truncate -s 32M /images/fewer.img
at_exit "rm -f /images/fewer.img"
guest_create g1 vcpus=2 disk=file:/images/fewer.img,xvdb,w \
	extra='xen_blkfront.max_ring_page_order=1 xen_blkfront.max_indirect_segments=64'
vbd=$(vbd_of g1 xvdb)
fio_start g1 /dev/xvdb 4M --rw=randwrite --bs=256k --iodepth=16 --numjobs=2 --offset_increment=4M --fdatasync=5
for round in 1 2 3; do
	vbd_wait g1 "$vbd"
	equal "queues" 2 "$(queues)"
	equal "segments" 64 "$(guest_run g1 'cat /sys/block/xvdb/queue/max_segments')"
	equal "cache" "write back" "$(guest_run g1 'cat /sys/block/xvdb/queue/write_cache')"
	at_least "discard" 1 "$(discards)"

	vbd_unbind "$vbd"
	vbd_offer max_queues=1 max_ring_page_order=0 max_indirect_segments=0 \
		feature_flush=0 feature_discard=0
	vbd_bind "$vbd"
	vbd_wait g1 "$vbd"
	equal "queues" 1 "$(queues)"
	equal "segments" 11 "$(guest_run g1 'cat /sys/block/xvdb/queue/max_segments')"
	equal "cache" "write through" "$(guest_run g1 'cat /sys/block/xvdb/queue/write_cache')"
	equal "discard" 0 "$(discards)"
	equal "requests refused" 0 "$(cat "$VBD_DRIVER/$vbd/statistics/err_req")"

	vbd_unbind "$vbd"
	vbd_offer max_queues=2 max_ring_page_order=4 max_indirect_segments=256 \
		feature_flush=1 feature_discard=1
	vbd_bind "$vbd"
done
vbd_wait g1 "$vbd"
fio_stop g1
guest_shutdown g1
