# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the network's cases share, after lib.sh: transfers whose content is compared.
# In Dom0 netpeer.py is /lab/tests/netpeer.py, in a guest net_prepare puts it to /tmp.

PEER=/lab/tests/netpeer.py

# net_prepare NAME: the guest has the other end of a transfer
net_prepare() {
	guest_works "$1" "echo $(gzip -c $PEER | base64 -w0) | base64 -d | gunzip >/tmp/netpeer.py"
}

# The sums of both ends, in $LAB_DIR/sent and received, are the same, and of so many bytes.
net_same() {
	equal "$1: bytes and sum" "$(cat $LAB_DIR/sent)" "$(cat $LAB_DIR/received)"
	equal "$1: bytes" "$2" "$(cut -d' ' -f1 $LAB_DIR/sent)"
}

# tcp_out NAME HOST BYTES: from the guest to Dom0's address HOST
tcp_out() {
	python3 $PEER sink 7001 >$LAB_DIR/received &
	guest_run "$1" "python3 /tmp/netpeer.py source $2 7001 $3" >$LAB_DIR/sent ||
		fail "sending from $1: $(cat $LAB_DIR/sent)"
	wait $!
	net_same "TCP from $1 to $2" "$3"
}

# tcp_in NAME HOST BYTES: from Dom0 to the guest's address HOST
tcp_in() {
	guest_works "$1" 'python3 /tmp/netpeer.py sink 7002 >/tmp/received 2>&1 &'
	python3 $PEER source "$2" 7002 "$3" >$LAB_DIR/sent || fail "sending to $2"
	within 60 "the guest has all of it" guest-run "$1" 'test -s /tmp/received'
	guest_run "$1" 'cat /tmp/received' >$LAB_DIR/received
	net_same "TCP to $1 at $2" "$3"
}

# udp_out, udp_in NAME HOST COUNT: datagrams of all sizes; nearly all have to come, whole
udp_out() {
	python3 $PEER udp-sink 7003 "$3" >$LAB_DIR/received &
	within 30 "Dom0 listens" sh -c 'ss -lun | grep -q :7003'
	guest_works "$1" "python3 /tmp/netpeer.py udp-source $2 7003 $3"
	wait $!
	at_least "datagrams from $1" $(($3 * 9 / 10)) "$(cat $LAB_DIR/received)"
}

udp_in() {
	guest_works "$1" "python3 /tmp/netpeer.py udp-sink 7004 $3 >/tmp/received 2>&1 &"
	# It has to listen by now: what comes before is lost, or refused.
	within 30 "the guest listens" guest-run "$1" 'ss -lun | grep -q :7004'
	works "sending datagrams" python3 $PEER udp-source "$2" 7004 "$3"
	within 60 "the guest has them" guest-run "$1" 'test -s /tmp/received'
	at_least "datagrams to $1" $(($3 * 9 / 10)) "$(guest_run "$1" 'cat /tmp/received')"
}

# guest_counted, vif_counted NAME COUNTER: its sum over the queues, in the guest or on its vif
guest_counted() {
	guest_run "$1" 'ethtool -S eth0' | awk "/_$2:/ { n += \$2 } END { print n + 0 }"
}

vif_counted() {
	ethtool -S "vif$(guest_id "$1").0" | awk "/_guest_$2:/ { n += \$2 } END { print n + 0 }"
}

# net_on_bridge NAME [SECONDS]: the vif that a backend has made anew is put where the last one was
net_on_bridge() {
	lab_new=vif$(guest_id "$1").0
	within "${2:-30}" "the interface is back" test -e "/sys/class/net/$lab_new"
	works "the bridge has it" ip link set "$lab_new" master xenbr0 up
}

# net_xdp_prepare NAME: the guest has xdp.pl
net_xdp_prepare() {
	guest_works "$1" "echo $(gzip -c /lab/tests/xdp.pl | base64 -w0) | base64 -d | gunzip >/tmp/xdp.pl"
}

# net_echoed SIZE: how many of ten datagrams come back from port 7 of 10.77.0.5
net_echoed() {
	python3 - 10.77.0.5 7 "$1" <<-'END'
	import os, socket, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.connect((sys.argv[1], int(sys.argv[2])))
	s.settimeout(5)
	back = 0
	for i in range(10):
	    data = os.urandom(int(sys.argv[3]))
	    s.send(data)
	    try:
	        back += s.recv(65536) == data
	    except OSError:
	        pass
	print(back)
	END
}

# net_tour NAME: with the other half upstream's. IPv4 and 6, all sizes, with segments and without
net_tour() {
	ip -6 addr add fd77::1/64 dev xenbr0 nodad
	at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
	guest_works "$1" 'ip -6 addr add fd77::5/64 dev eth0 nodad'
	net_prepare "$1"
	guest_works "$1" 'for size in 0 1 18 200 1472 1473 4096 16000 65507; do
		ping -q -c 2 -i 0.05 -W 10 -s $size 10.77.0.1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
	done'
	tcp_out "$1" 10.77.0.1 8000001
	tcp_in "$1" 10.77.0.5 8000003
	tcp_out "$1" fd77::1 3000001
	tcp_in "$1" fd77::5 3000003
	udp_out "$1" 10.77.0.1 60
	udp_in "$1" 10.77.0.5 60
	guest_works "$1" 'ethtool -K eth0 tso off gso off'
	tcp_out "$1" 10.77.0.1 3000005
	works "detaching" xl network-detach "$1" 0
	within 60 "it is gone from the guest" guest-run "$1" '! test -e /sys/class/net/eth0'
}

# net_rebind NAME: the guest's backend goes and comes back, with what its parameters say now
net_rebind() {
	lab_vif=$(guest_id "$1")
	lab_driver=/sys/bus/xen-backend/drivers/vif
	works "unbinding" sh -c "echo vif-$lab_vif-0 >$lab_driver/unbind"
	within 30 "the carrier is gone" guest-run "$1" 'test "$(cat /sys/class/net/eth0/carrier)" = 0'
	works "binding" sh -c "echo vif-$lab_vif-0 >$lab_driver/bind"
	net_on_bridge "$1"
	within 60 "the carrier is back" guest-run "$1" 'test "$(cat /sys/class/net/eth0/carrier)" = 1'
}
