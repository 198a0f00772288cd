# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: an interface is attached, used and detached, again and again, also while it is in use
. /lab/tests/lib.sh

guest_create g1
id=$(guest_id g1)
for round in 1 2 3 4 5 6; do
	works "attaching" xl network-attach g1 mac=00:16:3e:00:00:07 bridge=xenbr0
	within 60 "the guest sees it" guest-run g1 'test -e /sys/class/net/eth0'
	guest_works g1 'ip addr add 10.77.0.5/24 dev eth0; ip link set eth0 up'
	equal "MAC address" 00:16:3e:00:00:07 "$(guest_run g1 'cat /sys/class/net/eth0/address')"
	guest_works g1 'ping -q -c 2 -i 0.1 -W 10 10.77.0.1'
	[ $((round % 2)) = 0 ] || guest_works g1 'ping -q -f -W 1 10.77.0.1 >/dev/null 2>&1 &'
	works "detaching" xl network-detach g1 00:16:3e:00:00:07
	within 60 "it is gone from the guest" guest-run g1 '! test -e /sys/class/net/eth0'
	within 60 "it is gone from Dom0" test ! -e "/sys/class/net/vif$id.0"
done
guest_shutdown g1
