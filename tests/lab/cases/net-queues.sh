# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest with two CPUs has two queues, both carry packets, and their number can be changed
# tier: gate
# covers: drivers/net/frontend/ethtool.c drivers/net/frontend/queue.c drivers/backend/net/queue.c
# covers: drivers/backend/net/ethtool.c
# takes: 24
. /lab/tests/lib.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
vif=vif$(guest_id g1).0
contains "queues in the guest" "Combined:	2" "$(guest_run g1 'ethtool -l eth0')"
contains "queues in Dom0" "Combined:	2" "$(ethtool -l "$vif")"
contains "driver in the guest" "driver: xen-netfront" "$(guest_run g1 'ethtool -i eth0')"
contains "driver in Dom0" "driver: xen-netback" "$(ethtool -i "$vif")"
iperf3 -s -D -B 10.77.0.1
at_exit 'pkill iperf3'
within 30 "iperf3 listens" sh -c 'ss -ltn | grep -q :5201'
guest_works g1 'iperf3 -c 10.77.0.1 -P 8 -n 4M'
guest_works g1 'iperf3 -c 10.77.0.1 -P 8 -n 4M -R'
for queue in 0 1; do
	at_least "packets out of queue $queue" 1 "$(guest_run g1 'ethtool -S eth0' |
		sed -n "s/.*queue_${queue}_tx_packets: //p")"
	at_least "packets into queue $queue" 1 "$(ethtool -S "$vif" |
		sed -n "s/.*queue_${queue}_guest_rx_packets: //p")"
done

# Their number changes under traffic, which goes on.
guest_works g1 'iperf3 -c 10.77.0.1 -P 2 -t 3600 >/tmp/iperf 2>&1 &'
busy() {
	lab_before=$(cat "/sys/class/net/$vif/statistics/rx_bytes")
	sleep 1
	[ "$(cat "/sys/class/net/$vif/statistics/rx_bytes")" -gt $((lab_before + 1000000)) ]
}
for count in 1 2 1 2; do
	within 60 "traffic" busy
	guest_works g1 "ethtool -L eth0 combined $count"
	within 30 "$count queues in Dom0" sh -c "ethtool -l $vif | tail -n 4 | grep -q 'Combined:	$count'"
done
# It changes again while a connection is made: what was wanted last is what comes.
for pause in 0 0.05 0.1 0.2; do
	guest_works g1 "ethtool -L eth0 combined 1; sleep $pause; ethtool -L eth0 combined 2"
	sleep 1
	within 30 "2 queues after $pause s" sh -c "ethtool -l $vif | tail -n 4 | grep -q 'Combined:	2'"
done
within 60 "traffic" busy
guest_works g1 'pgrep -x iperf3 && pkill -x iperf3'
guest_shutdown g1
