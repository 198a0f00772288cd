# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that is saved and restored has its interface, its address and its connections
# tier: full
# gate: block-save-restore
# covers: drivers/net/frontend/life.c drivers/xen/ring/tie.c
# takes: 38
# limit: 600
XM=xl
. /lab/tests/lib.sh
. /lab/tests/net.sh

at_exit "rm -f /images/g1.save"
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
index=$(guest_run g1 'cat /sys/class/net/eth0/ifindex')
python3 $PEER sink 7001 >$LAB_DIR/received &
sink=$!
guest_works g1 'python3 /tmp/netpeer.py source 10.77.0.1 7001 60000001 50 >/tmp/sent 2>&1 &'
sleep 1

# The suspend is called off, and the guest goes on.
works "a checkpoint" xl save -c g1 /images/g1.save
works "the guest is there" ping -q -c 2 -i 0.2 -W 10 10.77.0.5
for round in 1 2; do
	works "saving" xl save g1 /images/g1.save
	guest_gone g1 10
	works "restoring" xl restore /images/g1.save
	within 60 "the carrier is back" guest-run g1 'test "$(cat /sys/class/net/eth0/carrier)" = 1'
	within 30 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
done
wait $sink
guest_run g1 'cat /tmp/sent' >$LAB_DIR/sent
net_same "TCP over two restores" 60000001
equal "the interface is the same" "$index" "$(guest_run g1 'cat /sys/class/net/eth0/ifindex')"
guest_shutdown g1
