# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the cases about multicast packets share: groups that a guest is in, packets sent to
# groups by another machine on the bridge, and which of them got to the guest's interface.
# After lib.sh and net.sh.

# Groups are 239.7.7.NUMBER. The guest's interface is not promiscuous for those who count.
cat >$LAB_DIR/count <<'EOF'
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("eth0", 0))
out = open("/run/frames", "w", 1)
while True:
    try:
        frame, where = s.recvfrom(65536)
    except OSError:
        # The interface has gone down.
        continue
    if frame[0] & 1 and where[2] != socket.PACKET_OUTGOING:
        print(frame[:6].hex(), file=out)
EOF
cat >$LAB_DIR/join <<'EOF'
import socket, sys, time
me = socket.inet_aton("10.77.0.5")
members = []
for number in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 socket.inet_aton("239.7.7.%d" % number) + me)
    members.append(s)
open("/run/joined", "w").close()
time.sleep(10000)
EOF

# mcast_prepare GUEST: it counts what comes from now on, and somebody sends. That is not Dom0:
# upstream's backend lets pass all that Dom0 itself sends, whatever the group.
mcast_prepare() {
	ip netns add sender
	at_exit 'ip netns del sender'
	works "a sender" ip link add sender type veth peer name eth0 netns sender
	works "a sender on the bridge" ip link set sender master xenbr0 up
	works "its address" ip -n sender addr add 10.77.0.7/24 dev eth0
	works "its interface" ip -n sender link set eth0 up
	for lab_program in count join; do
		guest_works "$1" "echo '$(base64 -w0 $LAB_DIR/$lab_program)' | base64 -d >/tmp/$lab_program"
	done
	guest_works "$1" 'setsid python3 /tmp/count </dev/null >/dev/null 2>&1 &
		n=0; until test -e /run/frames; do sleep 0.1; n=$((n + 1)); [ $n -lt 300 ]; done'
}

# mcast_join GUEST FIRST [LAST]: it is in these groups, and no others; mcast_leave GUEST: in none
mcast_join() {
	mcast_leave "$1"
	guest_works "$1" "setsid python3 /tmp/join $2 ${3:-$2} </dev/null >/dev/null 2>&1 & echo \$! >/run/join
		n=0; until test -e /run/joined; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 300 ]; done"
}
mcast_leave() {
	guest_works "$1" 'rm -f /run/joined; test ! -e /run/join || {
		kill $(cat /run/join); while test -e /proc/$(cat /run/join); do sleep 0.1; done; rm /run/join; }'
}

# mcast_frames GUEST NUMBER...: how many packets to each of these groups have come
mcast_frames() {
	lab_guest=$1
	shift
	guest_run "$lab_guest" "for number in $*; do
		grep -c \$(printf 01005e0707%02x \$number) /run/frames; done; true"
}

# mcast_arrived GUEST NUMBER...: how many of ten packets to each group get to the interface
mcast_arrived() {
	mcast_frames "$@" >$LAB_DIR/frames.before
	shift
	ip netns exec sender python3 - "$@" <<-'EOF'
	import socket, sys, time
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.77.0.7"))
	for i in range(10):
	    for number in sys.argv[1:]:
	        s.sendto(b"x" * 100, ("239.7.7." + number, 7006))
	    time.sleep(0.01)
	EOF
	sleep 0.5
	mcast_frames "$lab_guest" "$@" >$LAB_DIR/frames.after
	paste $LAB_DIR/frames.before $LAB_DIR/frames.after | awk '{ print $2 - $1 }' | paste -sd' '
}

# mcast_filters GUEST 0|1: all multicast packets come, or only some
mcast_filters() {
	lab_node=/local/domain/$(guest_id "$1")/device/vif/0/request-multicast-control
	within 30 "the filter is $2" sh -c "test \"\$(xenstore-read $lab_node)\" = $2"
	# The backend is told of the node, too.
	sleep 0.5
}
