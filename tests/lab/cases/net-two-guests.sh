# SPDX-License-Identifier: GPL-2.0-or-later
# shows: two guests exchange TCP over the bridge, and what arrives is what was sent
# tier: full
# gate: net-vlan-multicast
# covers: drivers/backend/net/rx.c drivers/backend/net/tx.c
# takes: 10
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_start g1 vif=lab ip=10.77.0.5/24
guest_start g2 vif=lab ip=10.77.0.6/24
guest_wait g1
guest_wait g2
net_prepare g1
net_prepare g2
guest_works g1 'ping -q -c 2 -i 0.1 -W 10 -s 1400 10.77.0.6'
guest_works g2 'python3 /tmp/netpeer.py sink 7002 >/tmp/received 2>&1 &'
guest_run g1 'python3 /tmp/netpeer.py source 10.77.0.6 7002 8000001' >$LAB_DIR/sent ||
	fail "sending from g1"
within 60 "g2 has all of it" guest-run g2 'test -s /tmp/received'
guest_run g2 'cat /tmp/received' >$LAB_DIR/received
net_same "TCP from g1 to g2" 8000001
guest_destroy g1
guest_works g2 'ping -q -c 2 -i 0.1 -W 10 10.77.0.1'
guest_shutdown g2
