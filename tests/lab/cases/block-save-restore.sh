# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that is saved under I/O, or nearly, and restored, has lost and repeated nothing, and has its network
# tier: gate
# covers: drivers/block/frontend/move.c drivers/net/frontend/life.c drivers/xen/ring/tie.c
# takes: 25
# limit: 600
XM=xl
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/net.sh

truncate -s 32M /images/saved.img
at_exit "rm -f /images/saved.img /images/g1.save"
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24 \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/images/saved.img
net_prepare g1
index=$(guest_run g1 'cat /sys/class/net/eth0/ifindex')
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16

# A checkpoint: the suspend is called off, and the guest goes on.
id=$(guest_id g1)
works "a checkpoint" xl save -c g1 /images/g1.save
equal "the same domain" "$id" "$(guest_id g1)"
rounds=$(guest_run g1 'wc -l </run/fio.rounds')
more() { [ "$(guest_run g1 'wc -l </run/fio.rounds')" -gt $((rounds + 1)) ]; }
within 180 "it goes on" more

restores=$(lab_times 1 2 2)
for _ in $(seq "$restores"); do
	works "saving" xl save g1 /images/g1.save
	guest_gone g1 10
	works "restoring" xl restore /images/g1.save
	rounds=$(guest_run g1 'wc -l </run/fio.rounds')
	within 180 "it goes on" more
done
fio_stop g1 $((2 + 2 * restores))
equal "requests that failed" "" "$(guest_run g1 'dmesg | grep "I/O error"')"
# net-save-restore shows more of it.
within 30 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
tcp_out g1 10.77.0.1 1000001
equal "the interface is the same" "$index" "$(guest_run g1 'cat /sys/class/net/eth0/ifindex')"
guest_shutdown g1
