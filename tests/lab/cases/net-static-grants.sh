# SPDX-License-Identifier: GPL-2.0-or-later
# shows: packets in pages that stay mapped come whole; without them, at either end, all goes on as before
# tier: gate
# covers: drivers/net/frontend/static.c drivers/net/frontend/ctrl.c drivers/backend/net/grefs.c
# covers: drivers/backend/net/gref-map.c drivers/net/static.h
# takes: 30
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/net.sh

# Both ways, small and large, and their content is compared. To the guest it is more than a ring
traffic() {
	guest_works g1 'ping -q -c 20 -i 0.05 -W 10 -s 100 10.77.0.1'
	guest_works g1 'for size in 0 1 470 471 1472 4096 65507; do
		ping -q -c 1 -W 10 -s $size 10.77.0.1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
	done'
	tcp_out g1 10.77.0.1 1000001
	tcp_in g1 10.77.0.5 2000003
}
remember() {
	g_tx=$(guest_counted g1 tx_static) g_rx=$(guest_counted g1 rx_static)
	v_tx=$(vif_counted g1 tx_static) v_rx=$(vif_counted g1 rx_static)
}
used_after() {
	remember
	traffic
	at_least "$1: packets that the guest copied" $((g_tx + 30)) "$(guest_counted g1 tx_static)"
	at_least "$1: pages that the guest kept" $((g_rx + 30)) "$(guest_counted g1 rx_static)"
	at_least "$1: packets that Dom0 copied" $((v_tx + 30)) "$(vif_counted g1 tx_static)"
	at_least "$1: packets that Dom0 copied to it" $((v_rx + 30)) "$(vif_counted g1 rx_static)"
}
unused_after() {
	remember
	traffic
	equal "$1: in the guest" "$g_tx $g_rx" \
		"$(guest_counted g1 tx_static) $(guest_counted g1 rx_static)"
	equal "$1: in Dom0" "$v_tx $v_rx" "$(vif_counted g1 tx_static) $(vif_counted g1 rx_static)"
}
said() {
	guest_run g1 'dmesg' | grep -c 'static grants:'
}
# said_again COUNT: the guest has said so often that they are on
said_again() {
	[ "$(said)" -ge "$1" ]
}
guest_set() {
	guest_works g1 "echo $2 >/sys/module/xen_netfront/parameters/$1"
}

back=/sys/module/xen_netback/parameters
at_exit "echo $(cat $back/max_static) >$back/max_static"
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
within 30 "they are on" said_again 1
used_after "as they are"
udp_out g1 10.77.0.1 60
udp_in g1 10.77.0.5 60

# many: is there time for all settings, or for the ends only?
many=$(lab_times 0 1 1)
# How often they have been on.
times=1
if [ "$many" = 1 ]; then
	# Most packets are posted in other pages then, and some in these.
	guest_set static_rx 64
	net_rebind g1
	within 30 "they are on again" said_again 2
	used_after "few pages"
	times=2
fi

# No room for anything but small packets of each queue.
echo 32 >$back/max_static
guest_set static_rx 1024
net_rebind g1
times=$((times + 1))
within 30 "they are on for small packets" said_again $times
remember
traffic
at_least "packets that the guest copied" $((g_tx + 30)) "$(guest_counted g1 tx_static)"
equal "pages that the guest kept" "$g_rx" "$(guest_counted g1 rx_static)"

# It is on offer, but other guests have it all; or this interface would have too much.
echo 1024 >$back/max_static
at_exit "echo $(cat $back/max_static_total) >$back/max_static_total"
echo 16 >$back/max_static_total
net_rebind g1
sleep 1
unused_after "Dom0 has no room"
echo 65536 >$back/max_static_total

if [ "$many" = 1 ]; then
	guest_set static_rx 0
	guest_set static_tx 0
	net_rebind g1
	sleep 1
	unused_after "the guest does not want them"
fi

guest_set static_rx 1024
guest_set static_tx 4096
net_rebind g1
within 30 "they are on at last" said_again $((times + 1))
used_after "whole pages"
guest_shutdown g1
