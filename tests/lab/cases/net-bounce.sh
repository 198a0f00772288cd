# SPDX-License-Identifier: GPL-2.0-or-later
# shows: packets are copied both ways, and come whole, if the host's tools or the guest do not trust the backend
# tier: gate
# covers: drivers/net/frontend/bounce.c drivers/net/frontend/static.c
# takes: 22
. /lab/tests/lib.sh
. /lab/tests/net.sh

counted() {
	echo "$(guest_counted g1 tx_bounced) $(guest_counted g1 rx_bounced)"
}
traffic() {
	guest_works g1 'for size in 0 1 18 200 242 470 471 1472 1473 4096 16000 65507; do
		ping -q -c 1 -W 10 -s $size 10.77.0.1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
	done'
	tcp_out g1 10.77.0.1 2000001
	tcp_in g1 10.77.0.5 2000003
}
# copied_by WHOM: those who do not trust the backend
copied_by() {
	sent=$(guest_counted g1 tx_bounced) received=$(guest_counted g1 rx_bounced)
	traffic
	at_least "$1: sent by a copy" $((sent + 40)) "$(guest_counted g1 tx_bounced)"
	at_least "$1: received by a copy" $((received + 40)) "$(guest_counted g1 rx_bounced)"
}

guest_create g1 vcpus=2 vif=lab,untrusted ip=10.77.0.5/24
net_prepare g1
node=/local/domain/$(guest_id g1)/device/vif/0/trusted
trusted=/sys/module/xen_netfront/parameters/trusted
equal "what the host's tools say" 0 "$(xenstore-read "$node")"
copied_by "the host's tools"
at_least "small packets in pages that stay granted" 10 "$(guest_counted g1 tx_static)"
guest_works g1 'ethtool -K eth0 tso off gso off gro off'
tcp_out g1 10.77.0.1 1000001
tcp_in g1 10.77.0.5 1000003
guest_works g1 'ethtool -K eth0 tso on gso on gro on'

xenstore-write "$node" 1
guest_works g1 "echo N >$trusted"
net_rebind g1
copied_by "the guest"
udp_out g1 10.77.0.1 60
udp_in g1 10.77.0.5 60

guest_works g1 "echo Y >$trusted"
net_rebind g1
before=$(counted)
traffic
equal "copied, of a backend that is trusted" "$before" "$(counted)"
guest_shutdown g1
