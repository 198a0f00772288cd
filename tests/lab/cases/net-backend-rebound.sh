# SPDX-License-Identifier: GPL-2.0-or-later
# shows: the backend is unbound and bound again under a TCP transfer, which goes on and is whole
# tier: gate
# covers: drivers/net/frontend/life.c drivers/net/frontend/queue.c drivers/backend/net/main.c
# covers: drivers/xen/ring/tie.c
# takes: 22
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vif=bridge=xenbr0 ip=10.77.0.5/24
net_prepare g1
index=$(guest_run g1 'cat /sys/class/net/eth0/ifindex')

python3 $PEER sink 7001 >$LAB_DIR/received &
sink=$!
guest_works g1 'python3 /tmp/netpeer.py source 10.77.0.1 7001 60000001 50 >/tmp/sent 2>&1 &'
for round in 1 2; do
	sleep 2
	kill -0 $sink 2>/dev/null || fail "the transfer was over too soon"
	net_rebind g1
done
wait $sink
guest_run g1 'cat /tmp/sent' >$LAB_DIR/sent
net_same "TCP over a lost backend" 60000001
equal "the interface is the same" "$index" "$(guest_run g1 'cat /sys/class/net/eth0/ifindex')"
guest_shutdown g1
