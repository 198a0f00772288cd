# SPDX-License-Identifier: GPL-2.0-or-later
# shows: with an MTU of 9000 on both ends packets of that size go through, and TCP's content is right
# tier: gate
# covers: drivers/backend/net/fill.c drivers/net/frontend/post.c
# takes: 9
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vif=bridge=xenbr0 ip=10.77.0.5/24
net_prepare g1
vif=vif$(guest_id g1).0
works "MTU of the vif" ip link set "$vif" mtu 9000
works "MTU of the bridge" ip link set xenbr0 mtu 9000
at_exit 'ip link set xenbr0 mtu 1500'
guest_works g1 'ip link set eth0 mtu 9000'
guest_works g1 'ping -q -c 2 -i 0.05 -W 10 -M do -s 8972 10.77.0.1'
guest_works g1 'ethtool -K eth0 tso off gso off'
works "TSO off" ethtool -K "$vif" tso off gso off
tcp_out g1 10.77.0.1 4000001
tcp_in g1 10.77.0.5 4000003
guest_shutdown g1
