# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The network's part of what dom0.sh does, which sources it from /share: guests with an
# interface, namespaces in Dom0 that do the same without a driver pair, and loads between them.
# A PLACE is dom0, a guest (g1, g2) or a namespace (n1, n2). Prints, for netreport.py:
#
#   @net WHO POINT NS SENT SENT SENT GOT GOT GOT   counts of a load's two ends (netload.c): when
#                             the window opened, when it closed, in all
#   @vif POINT VIF UNITS RX-BYTES RX-PACKETS TX-BYTES TX-PACKETS UNCOPIED   before a load,
#                             with 0 units, and after it
NET_SOURCE=/tmp/net-source
NET_SINK=/tmp/net-sink

net_address() {
	case $1 in
	dom0) echo 10.77.0.1 ;;
	g?) echo "10.77.0.1${1#g}" ;;
	n?) echo "10.77.0.2${1#n}" ;;
	esac
}

# Dom0's end of a place's interface.
net_device() {
	case $1 in
	g?) echo "vif$(guest_id "$1").0" ;;
	n?) echo "veth-$1" ;;
	esac
}

# Every connection begins as the first one did.
NET_FORGET='echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save'

# net_spaces: the bridge has a veth in the place of a vif.
net_spaces() {
	sh -c "$NET_FORGET"
	for space in n1 n2; do
		works "making $space" ip netns add $space
		works "veth of $space" ip link add veth-$space type veth peer name eth0 netns $space
		works "bridging $space" ip link set veth-$space master xenbr0 up
		works "address of $space" ip -n $space addr add "$(net_address $space)/24" dev eth0
		works "eth0 of $space" ip -n $space link set eth0 up
		works "sysctl of $space" ip netns exec $space sh -c "$NET_FORGET"
	done
}

# net_guest NUMBER
net_guest() {
	bench_guest "g$1" '' vif=bridge=xenbr0 ip="$(net_address "g$1")/24"
	guest_works "g$1" "$NET_FORGET"
	works "Dom0 reaches g$1" ping -q -c 2 -i 0.2 -W 20 "$(net_address "g$1")"
}

# net_mtu MTU: of all ends.
net_mtu() {
	for space in n1 n2; do
		works "MTU of $space" ip -n $space link set eth0 mtu "$1"
		works "MTU of its veth" ip link set veth-$space mtu "$1"
	done
	for name in $LAB_GUESTS; do
		works "MTU of its vif" ip link set "$(net_device "$name")" mtu "$1"
		guest_works "$name" "ip link set eth0 mtu $1"
	done
	works "MTU of the bridge" ip link set xenbr0 mtu "$1"
}

# netload PLACE ARGUMENT...
netload() {
	place=$1
	shift
	case $place in
	dom0) /share/netload "$@" ;;
	n?) ip netns exec "$place" /share/netload "$@" ;;
	g?) guest-run -w 30 -t 100 "$place" "/mnt/netload $*" ;;
	esac
}

# net_counter FROM TO: the packets that go through the interface between them.
net_counter() {
	case $2 in
	dom0) echo "/sys/class/net/$(net_device "$1")/statistics/rx_packets" ;;
	*) echo "/sys/class/net/$(net_device "$2")/statistics/tx_packets" ;;
	esac
}

# net_run window|traced FROM TO LOAD MS LENGTH: sets `seen` to what window says, and `counts`
# to those of source and sink at its two ends and in all. If not, `seen` has the reason.
net_run() {
	from=$2
	to=$3
	netload "$to" sink "$4" $NET_SINK >$TRACE.sink 2>&1 &
	netload "$from" source "$4" $NET_SOURCE "$(net_address "$to")" "$6" >$TRACE.source 2>&1 &
	seen=$("$1" "$5" "$(net_counter "$from" "$to")" 2>&1)
	status=$?
	wait
	if [ $status != 0 ]; then
		seen="$seen $(cat $TRACE.sink $TRACE.source | tr '\n' ' ')"
		return 1
	fi
	# shellcheck disable=SC2086
	set -- $seen
	counts="$(netload "$from" at $NET_SOURCE "$1" "$2" 2>&1)"
	counts="$counts $(netload "$to" at $NET_SINK "$1" "$2" 2>&1)"
	case $counts in
	*[!0-9\ ]*)
		seen="$counts $(cat $TRACE.sink $TRACE.source | tr '\n' ' ')"
		return 1
		;;
	esac
}

# net_point WHO POINT FROM TO LOAD MS LENGTH
net_point() {
	who=$1
	point=$2
	shift 2
	if ! net_run window "$@"; then
		failed "$point, $who: $seen"
		return
	fi
	# shellcheck disable=SC2086
	set -- $seen
	echo "@net $who $point $3 $counts"
}

# net_vifs POINT UNITS
net_vifs() {
	for dir in /sys/class/net/vif*; do
		vif=${dir##*/}
		# Upstream's: packets whose pages were mapped, and never copied.
		uncopied=$(ethtool -S "$vif" 2>/dev/null |
			sed -n 's/^ *tx_zerocopy_success: //p')
		echo "@vif $1 $vif $2 $(cd "$dir/statistics" &&
			cat rx_bytes rx_packets tx_bytes tx_packets | tr '\n' ' ')${uncopied:-0}"
	done
}

# net_counted POINT FROM TO LOAD MS LENGTH: hypercalls and the like.
net_counted() {
	point=$1
	shift
	net_vifs "$point" 0
	if net_run traced "$@"; then
		# shellcheck disable=SC2086
		set -- $seen $counts
		# ...: TSC TSC NS PACKETS, the source's three, the sink's.
		net_vifs "$point" "${10}"
		trace_told "$point" "$1" "$2" $(($9 - $8))
	else
		failed "$point, counted: $seen"
	fi
	rm -f $TRACE
}
