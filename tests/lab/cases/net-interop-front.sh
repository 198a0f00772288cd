# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=2 memory=2G
# shows: our network frontend works with upstream's backend
. /lab/tests/lib.sh
. /lab/tests/net.sh

ip -6 addr add fd77::1/64 dev xenbr0 nodad
at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
guest_works g1 'ip -6 addr add fd77::5/64 dev eth0 nodad'
net_prepare g1
guest_works g1 'for size in 0 1 18 200 1472 1473 4096 16000 65507; do
	ping -q -c 2 -i 0.05 -W 10 -s $size 10.77.0.1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
done'
tcp_out g1 10.77.0.1 8000001
tcp_in g1 10.77.0.5 8000003
tcp_out g1 fd77::1 3000001
tcp_in g1 fd77::5 3000003
udp_out g1 10.77.0.1 60
udp_in g1 10.77.0.5 60
guest_works g1 'ethtool -K eth0 tso off gso off'
tcp_out g1 10.77.0.1 3000005
works "detaching" xl network-detach g1 0
within 60 "it is gone from the guest" guest-run g1 '! test -e /sys/class/net/eth0'
guest_shutdown g1
