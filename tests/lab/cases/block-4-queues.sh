# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=4 memory=2G
# shows: a guest with four CPUs has four queues, uses them all at once, and reads back what it wrote
# tier: full
# gate: block-backend-fewer-features
# covers: drivers/block/frontend/queue.c drivers/block/frontend/stats.c
# covers: drivers/backend/block/queue.c
# takes: 48
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 64M /images/four.img
at_exit "rm -f /images/four.img"
guest_create g1 memory=256 vcpus=4 disk=file:/images/four.img,xvdb,w

equal "queues in the guest" 4 "$(guest_run g1 'ls /sys/block/xvdb/mq | wc -l')"
back=/sys/bus/xen-backend/devices/vbd-$(guest_id g1)-51728
equal "queues in Dom0" 4 "$(cat "$back/queues")"

fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 16 512k numjobs=4 offset_increment=16M cpus_allowed=0-3 cpus_allowed_policy=split)
$(fio_job randwrite 4k-128k 8 4M numjobs=4 offset_increment=16M cpus_allowed=0-3 cpus_allowed_policy=split)
EOF

guest_works g1 'mount -t debugfs none /sys/kernel/debug'
idle=$(guest_run g1 'awk "NR > 2 && \$3 < 100" /sys/kernel/debug/xen-blkfront/xvdb')
equal "queues with less than 100 requests" "" "$idle"
guest_shutdown g1
