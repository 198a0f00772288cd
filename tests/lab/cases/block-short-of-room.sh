# SPDX-License-Identifier: GPL-2.0-or-later
# shows: requests for which the ring or the pages to lend are too few wait, and none for ever
# tier: gate
# covers: drivers/block/frontend/request.c drivers/block/frontend/pool.c drivers/xen/ring/idpool.c
# takes: 11
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 64M /images/room.img
at_exit "rm -f /images/room.img"
# Four times as many requests, and twice as many pages of data, as a queue lends at once.
guest_create g1 memory=320 vcpus=2 disk=file:/images/room.img,xvdb,w \
	extra='xen_blkfront.max_ring_page_order=1 xen_blkfront.max_indirect_segments=64'
guest_works g1 'mount -t debugfs none /sys/kernel/debug'
for _ in $(seq "$(lab_times 1 3 3)"); do
	fio_verify_all g1 /dev/xvdb <<-EOF
	$(fio_job randwrite 1M 32 32M)
	$(fio_job randwrite 4k-256k 128 16M fdatasync=16)
	$(fio_job randwrite 4k 256 2M numjobs=2 offset_increment=32M)
	EOF
done
# queue kind requests doorbells responses events polls waits
waits=$(guest_run g1 'cat /sys/kernel/debug/xen-blkfront/xvdb' | awk 'NR > 2 { n += $8 } END { print n + 0 }')
at_least "requests that had to wait" 100 "$waits"
guest_shutdown g1
