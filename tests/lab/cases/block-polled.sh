# SPDX-License-Identifier: GPL-2.0-or-later
# shows: io_uring polls a queue of its own: data is right, and no interrupt comes for it
# tier: gate
# covers: drivers/block/frontend/complete.c drivers/block/frontend/queue.c
# takes: 11
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/polled.img
at_exit "rm -f /images/polled.img"
guest_create g1 disk=file:/images/polled.img,xvdb,w extra=xen_blkfront.poll_queues=1
guest_works g1 'mount -t debugfs none /sys/kernel/debug'

fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 1 256k ioengine=io_uring hipri)
$(fio_job randwrite 4k 16 1M ioengine=io_uring hipri)
$(fio_job randwrite 64k 4 4M ioengine=io_uring hipri)
EOF
# Both kinds of queue at once.
fio_verify g1 /dev/xvdb randwrite 16k 8 2M

# polled: requests doorbells responses events polls
row=$(guest_run g1 'grep polled /sys/kernel/debug/xen-blkfront/xvdb')
# shellcheck disable=SC2086
set -- $row
at_least "requests of the polled queue" 500 "$3"
equal "its responses" "$3" "$5"
equal "its events" 0 "$6"
at_least "polls" 1 "$7"
guest_shutdown g1
