# SPDX-License-Identifier: GPL-2.0-or-later
# shows: without offloads the checksums that a capture at the receiving end sees are right
# tier: gate
# covers: drivers/net/offload.h drivers/backend/net/tx.c
# takes: 14
. /lab/tests/lib.sh
. /lab/tests/net.sh

# The capture's lines about checksums: some are there, none says that one is wrong.
right() {
	at_least "packets in the capture $1" 20 "$(grep -c 'cksum' "$2")"
	equal "wrong checksums $1" "" "$(grep -m 3 'incorrect\|bad.*cksum' "$2")"
}

guest_create g1 vif=lab ip=10.77.0.5/24
net_prepare g1
vif=vif$(guest_id g1).0
guest_works g1 'ethtool -K eth0 tso off gso off tx off gro off'
works "no offloads" ethtool -K "$vif" tso off gso off tx off gro off
works "none on the bridge" ethtool -K xenbr0 tso off gso off tx off
at_exit 'ethtool -K xenbr0 tx on tso on gso on'

tcpdump -i "$vif" -n -vv -s 0 'tcp port 7001 or udp port 7003' >$LAB_DIR/capture 2>$LAB_DIR/tcpdump &
dump=$!
within 30 "Dom0 captures" grep -q listening $LAB_DIR/tcpdump
tcp_out g1 10.77.0.1 300001
udp_out g1 10.77.0.1 20
sleep 1
kill $dump
wait $dump
right "from the guest" $LAB_DIR/capture

guest_works g1 'tcpdump -i eth0 -n -vv -s 0 "tcp port 7002 or udp port 7004" \
	>/run/capture 2>/run/tcpdump &'
within 30 "the guest captures" guest-run g1 'grep -q listening /run/tcpdump'
tcp_in g1 10.77.0.5 300003
udp_in g1 10.77.0.5 20
guest_works g1 'sleep 1; pkill tcpdump; while pgrep tcpdump >/dev/null; do sleep 0.2; done'
guest_run g1 'cat /run/capture' >$LAB_DIR/capture
right "to the guest" $LAB_DIR/capture
guest_shutdown g1
