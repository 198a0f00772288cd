# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest with two queues that has slept for more than a minute loses its carrier, and has its network again
# tier: full
# gate: net-stalled-guest
# covers: drivers/backend/net/rx.c
# takes: 76
# limit: 600
. /lab/tests/lib.sh

carrier_is() {
	[ "$(cat "/sys/class/net/$vif/carrier")" = "$1" ]
}
stalls() {
	ethtool -S "$vif" | awk '/_stalls:/ { printf "%s ", $2 }'
}

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
vif=vif$(guest_id g1).0
contains "queues in Dom0" "Combined:	2" "$(ethtool -l "$vif")"
works "the guest is there" ping -q -c 2 -i 0.2 -W 10 10.77.0.5
works "neighbour" ip neigh replace 10.77.0.5 lladdr "$(guest_run g1 'cat /sys/class/net/eth0/address')" \
	dev xenbr0 nud permanent
at_exit 'ip neigh flush 10.77.0.5 dev xenbr0 nud all'
works "pausing" "$XM" pause g1
# As many flows as it takes for both queues to have more packets than pages.
works "flows" python3 - <<-'END'
	import socket
	for flow in range(64):
	    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	    for i in range(40):
	        s.sendto(b'x' * 100, ('10.77.0.5', 2000 + flow))
END
both_are_stalled() { ethtool -S "$vif" >$LAB_DIR/stats; [ "$(stalls)" = "1 1 " ]; }
within 20 "both queues are stalled" both_are_stalled
works "a carrier while they are no more than that" carrier_is 1
within 80 "no carrier" carrier_is 0
sleep 2
works "unpausing" "$XM" unpause g1
within 30 "the carrier is back" carrier_is 1
within 30 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
works "and stays so" sh -c "sleep 2; cat /sys/class/net/$vif/carrier | grep -qx 1"
equal "stalls" "1 1 " "$(stalls)"
guest_shutdown g1
