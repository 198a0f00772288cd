# SPDX-License-Identifier: GPL-2.0-or-later
# shows: TCP both ways over IPv4 and IPv6 brings what was sent, with TSO and without, and UDP does
# tier: gate
# covers: drivers/net/ drivers/backend/net/ drivers/xen/ring/
# takes: 19
. /lab/tests/lib.sh
. /lab/tests/net.sh

ip -6 addr add fd77::1/64 dev xenbr0 nodad
at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
guest_create g1 vif=bridge=xenbr0 ip=10.77.0.5/24
guest_works g1 'ip -6 addr add fd77::5/64 dev eth0 nodad'
net_prepare g1
vif=vif$(guest_id g1).0

many=$(lab_times 3000000 8000000 8000000)
tcp_out g1 10.77.0.1 $((many + 1))
tcp_in g1 10.77.0.5 $((many + 3))
tcp_out g1 fd77::1 3000001
tcp_in g1 fd77::5 3000003
udp_out g1 10.77.0.1 60
udp_in g1 10.77.0.5 60

events_on_time g1

guest_works g1 'ethtool -K eth0 tso off gso off'
works "TSO off" ethtool -K "$vif" tso off gso off
tcp_out g1 10.77.0.1 3000001
tcp_in g1 10.77.0.5 3000003
guest_works g1 'ethtool -K eth0 tx off sg off'
works "checksums by the kernel" ethtool -K "$vif" tx off sg off
tcp_out g1 10.77.0.1 2000001
tcp_in g1 10.77.0.5 2000003
guest_shutdown g1
