# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a VLAN over the vif brings TCP's content, and two guests get what is sent to their group
# tier: gate
# covers: drivers/net/frontend/netdev.c drivers/backend/net/netdev.c
# takes: 17
. /lab/tests/lib.sh
. /lab/tests/net.sh

for i in 1 2; do
	guest_start g$i vif=lab ip=10.77.0.$((4 + i))/24
done
for i in 1 2; do
	guest_wait g$i
	net_prepare g$i
done
# A bridge has an address when it has a port.
works "a VLAN in Dom0" ip link add link xenbr0 name xenbr0.7 type vlan id 7
at_exit 'ip link del xenbr0.7'
works "its address" ip addr add 10.78.0.1/24 dev xenbr0.7
works "it is up" ip link set xenbr0.7 up
guest_works g1 'ip link add link eth0 name eth0.7 type vlan id 7 &&
	ip addr add 10.78.0.5/24 dev eth0.7 && ip link set eth0.7 up'
guest_works g1 'ping -q -c 2 -i 0.1 -W 10 -M do -s 1472 10.78.0.1'
tcp_out g1 10.78.0.1 3000001
tcp_in g1 10.78.0.5 3000003

group=239.7.7.7
for i in 1 2; do
	guest_works g$i "ip route add $group/32 dev eth0"
	guest_works g$i "python3 /tmp/netpeer.py udp-sink 7005 20 $group >/tmp/received 2>&1 &"
	within 30 "g$i is in the group" guest-run g$i "ip maddr show dev eth0 | grep -q $group"
done
works "the group's way" ip route add $group/32 dev xenbr0
at_exit "ip route del $group/32 dev xenbr0"
works "sending to the group" python3 $PEER udp-source $group 7005 20
for i in 1 2; do
	within 60 "g$i has them" guest-run g$i 'test -s /tmp/received'
	at_least "datagrams to g$i" 18 "$(guest_run g$i 'cat /tmp/received')"
	guest_shutdown g$i
done
