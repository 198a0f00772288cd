# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that wants it is told the hash of what it receives, over both queues, until it does not
# tier: gate
# covers: drivers/net/frontend/hash.c drivers/backend/net/hash.c drivers/backend/net/ctrl.c
# covers: drivers/backend/net/steer.c
# takes: 21
. /lab/tests/lib.sh
. /lab/tests/net.sh

hashed() {
	guest_counted g1 rx_hashed
}
# has_come WHAT MINIMUM: packets with a hash, since $before
has_come() {
	at_least "$1: packets with a hash" $((before + $2)) "$(hashed)"
}

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
ip -6 addr add fd77::1/64 dev xenbr0 nodad
at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
guest_works g1 'ip -6 addr add fd77::5/64 dev eth0 nodad'

tcp_in g1 10.77.0.5 1000003
equal "packets with a hash that nobody asked for" 0 "$(hashed)"

guest_works g1 'ethtool -K eth0 rxhash on'
contains "the interface's features" "receive-hashing: on" "$(guest_run g1 'ethtool -k eth0')"
sleep 1
before=0
tcp_in g1 10.77.0.5 8000003
has_come "TCP" 20
before=$(hashed)
tcp_in g1 fd77::5 3000003
has_come "IPv6" 10
before=$(hashed)
udp_in g1 10.77.0.5 60
has_come "UDP" 50
tcp_out g1 10.77.0.1 2000003

# 32 flows by their hash: that all take one queue is too much of a chance.
iperf3 -s -D -B 10.77.0.1
at_exit 'pkill iperf3'
within 30 "iperf3 listens" sh -c 'ss -ltn | grep -q :5201'
guest_works g1 'iperf3 -c 10.77.0.1 -P 32 -n 200K -R'
for queue in 0 1; do
	at_least "packets with a hash on queue $queue" 1 "$(guest_run g1 'ethtool -S eth0' |
		sed -n "s/.*queue_${queue}_rx_hashed: //p")"
done

# It is asked for again when the backend is another one.
net_rebind g1
sleep 1
before=$(hashed)
tcp_in g1 10.77.0.5 3000003
has_come "after another backend came" 10

guest_works g1 'ethtool -K eth0 rxhash off'
sleep 1
before=$(hashed)
tcp_in g1 10.77.0.5 3000003
equal "packets with a hash that nobody wants any more" "$before" "$(hashed)"
guest_shutdown g1
