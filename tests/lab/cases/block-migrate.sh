# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: a guest that migrates under I/O, to the host where it is, has lost and repeated nothing
# limit: 600
XM=xl
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/moved.img
at_exit "rm -f /images/moved.img"
guest_create g1 memory=128 vcpus=2 \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/images/moved.img
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16
more() { [ "$(guest_run g1 'wc -l </run/fio.rounds')" -gt $((rounds + 1)) ]; }

for i in $(seq "$(lab_times 1 10)"); do
	id=$(guest_id g1)
	works "migrating" xl migrate -s '' g1 'xl migrate-receive'
	[ "$id" != "$(guest_id g1)" ] || fail "it is the same domain"
	rounds=$(guest_run g1 'wc -l </run/fio.rounds')
	within 180 "it goes on" more
done
fio_stop g1 3
equal "requests that failed" "" "$(guest_run g1 'dmesg | grep "I/O error"')"
guest_shutdown g1
