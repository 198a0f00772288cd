# SPDX-License-Identifier: GPL-2.0-or-later
# shows: an interface is attached, used and detached 2 times (make check-full: 20, make soak: 50), also while packets flow
# tier: gate
# covers: drivers/net/frontend/life.c drivers/net/frontend/main.c drivers/backend/net/main.c
# covers: tools/xm/cmd-network-attach.c tools/xm/cmd-network-detach.c
# takes: 6
# limit: 600
. /lab/tests/lib.sh

mac=00:16:3e:00:00:07
guest_create g1
id=$(guest_id g1)
for round in $(seq "$(lab_times 2 20 50)"); do
	works "attaching, round $round" "$XM" network-attach g1 mac=$mac $LAB_VIF
	guest_works g1 "n=0; until test -e /sys/class/net/eth0; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 300 ] || exit; done
		grep -q $mac /sys/class/net/eth0/address && ip addr add 10.77.0.5/24 dev eth0 &&
		ip link set eth0 up && ping -q -c 2 -i 0.1 -W 10 10.77.0.1"
	# Every other time packets flow when it goes.
	[ $((round % 2)) = 0 ] || guest_works g1 'ping -q -f -W 1 10.77.0.1 >/dev/null 2>&1 &'
	works "detaching, round $round" "$XM" network-detach g1 $mac
	within 60 "it is gone from the guest" guest-run g1 'pkill ping; ! test -e /sys/class/net/eth0'
	within 60 "it is gone from Dom0" test ! -e "/sys/class/net/vif$id.0"
done
guest_shutdown g1
