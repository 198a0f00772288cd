# SPDX-License-Identifier: GPL-2.0-or-later
# shows: an XDP program drops, sends back and redirects packets, whole ones and in pieces; all else passes
# tier: gate
# covers: drivers/net/frontend/xdp.c
# takes: 29
. /lab/tests/lib.sh
. /lab/tests/net.sh

# xdp_start VERDICT PORT [OTHER]: on eth0, which is connected anew for the first one
xdp_start() {
	guest_works g1 ": >/run/xdp.out # what the one before said is not to be read
		setsid perl /tmp/xdp.pl eth0 $* </dev/null >>/run/xdp.out 2>&1 & echo \$! >/run/xdp
		n=0; until grep -q . /run/xdp.out; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 300 ] || exit; done
		cat /run/xdp.out; grep -q attached /run/xdp.out"
	within 60 "the carrier is there" guest-run g1 'test "$(cat /sys/class/net/eth0/carrier)" = 1'
	within 60 "the guest answers" ping -q -c 1 -W 0.5 10.77.0.5
}
xdp_stop() {
	guest_works g1 'kill $(cat /run/xdp); while test -e /proc/$(cat /run/xdp); do sleep 0.1; done'
	within 60 "the guest answers without it" ping -q -c 1 -W 0.5 10.77.0.5
}

guest_create g1 vcpus=2 vif=lab vif=lab ip=10.77.0.5/24
net_prepare g1
net_xdp_prepare g1
guest_works g1 "echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore && ip link set eth1 up"

# It comes under traffic in segments: it sees none of those, of which it could take none.
iperf3 -s -D -B 10.77.0.1
at_exit 'pkill iperf3'
guest_works g1 'iperf3 -c 10.77.0.1 -R -t 3600 >/tmp/iperf 2>&1 &'
sleep 1
dropped=$(guest_counted g1 xdp_dropped)
xdp_start drop 7004
equal "dropped of what it has to take" "$dropped" "$(guest_counted g1 xdp_dropped)"
guest_works g1 'pkill -x iperf3'
dropped=$(guest_counted g1 xdp_dropped)
works "datagrams to drop" python3 -c 'import socket
for i in range(5):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.77.0.5", 7004))'
at_least "dropped" $((dropped + 5)) "$(guest_counted g1 xdp_dropped)"
# All else as ever, and in wire form: nothing for the guest to do but to check.
tcp_in g1 10.77.0.5 1000003
tcp_out g1 10.77.0.1 1000001
xdp_stop

sent=$(guest_counted g1 xdp_sent)
xdp_start tx 7
equal "small ones sent back" 10 "$(net_echoed 18)"
equal "large ones sent back" 10 "$(net_echoed 1400)"
at_least "counted" $((sent + 20)) "$(guest_counted g1 xdp_sent)"
xdp_stop

sent=$(guest_counted g1 xdp_sent)
# They come from eth1 under the address of eth0, which is where it was all the same.
works "the bridge learns nothing there" bridge link set dev "vif$(guest_id g1).1" learning off
xdp_start redirect 7 eth1
equal "redirected" 10 "$(net_echoed 700)"
at_least "counted" $((sent + 10)) "$(guest_counted g1 xdp_sent)"
xdp_stop

# It is taken away while packets are redirected: a kernel with DEBUG_NET says what was not
# flushed.
python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for i in range(50):
        s.sendto(b"x" * 700, ("10.77.0.5", 7))
    time.sleep(0.01)' &
flood=$!
at_exit "kill $flood 2>/dev/null || true"
for _ in $(seq "$(lab_times 2 10 30)"); do
	xdp_start redirect 7 eth1
	xdp_stop
done
kill $flood

# Packets in pieces: not with a program that takes none.
vif=vif$(guest_id g1).0
guest_works g1 'ip link set eth0 mtu 9000'
works "the bridge's MTU" sh -c "ip link set $vif mtu 9000 && ip link set xenbr0 mtu 9000"
at_exit 'ip link set xenbr0 mtu 1500'
refuses "a program for small packets" guest_run g1 'timeout 20 perl /tmp/xdp.pl eth0 tx 7'
xdp_start tx-frags 7
equal "in pieces sent back" 10 "$(net_echoed 8000)"
tcp_in g1 10.77.0.5 1000003
xdp_stop
guest_shutdown g1
