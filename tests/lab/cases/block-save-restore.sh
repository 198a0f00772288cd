# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that is saved under I/O, or nearly, and restored, has lost and repeated nothing
# tier: gate
# covers: drivers/block/frontend/move.c drivers/xen/ring/tie.c
# takes: 30
# limit: 600
XM=xl
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/saved.img
at_exit "rm -f /images/saved.img /images/g1.save"
guest_create g1 vcpus=2 \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/images/saved.img
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16

# A checkpoint: the suspend is called off, and the guest goes on.
id=$(guest_id g1)
works "a checkpoint" xl save -c g1 /images/g1.save
equal "the same domain" "$id" "$(guest_id g1)"
rounds=$(guest_run g1 'wc -l </run/fio.rounds')
more() { [ "$(guest_run g1 'wc -l </run/fio.rounds')" -gt $((rounds + 1)) ]; }
within 180 "it goes on" more

for i in 1 2; do
	works "saving" xl save g1 /images/g1.save
	guest_gone g1 10
	works "restoring" xl restore /images/g1.save
	rounds=$(guest_run g1 'wc -l </run/fio.rounds')
	within 180 "it goes on" more
done
fio_stop g1 6
equal "requests that failed" "" "$(guest_run g1 'dmesg | grep "I/O error"')"
guest_shutdown g1
