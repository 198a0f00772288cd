# SPDX-License-Identifier: GPL-2.0-or-later
# shows: one flow of a guest with two queues gets all of its "rate" and no more, however long the interval, and what it is changed to
# tier: gate
# covers: drivers/backend/net/credit.c
# takes: 18
. /lab/tests/lib.sh
. /lab/tests/net.sh

# The second one counts in windows so long that they are cut, by which its rate stays.
guest_create g1 vcpus=2 vif=bridge=xenbr0,rate=1MB/s vif=lab,rate=1MB/s@2000s ip=10.77.0.5/24
net_prepare g1
start=$(date +%s%N)
tcp_out g1 10.77.0.1 4000001
took=$((($(date +%s%N) - start) / 1000000))
at_least "milliseconds for 4 MB at 1 MB/s" 3000 $took
at_least "queues" 2 "$(guest_run g1 'ls -d /sys/class/net/eth0/queues/tx-*' | wc -l)"
# With half of the rate for each queue it takes 8 s; on a slow machine it may take as long as that.
at_least "milliseconds that are left of 6500" 1 $((6500 * LAB_SLOW / 10 - took))

# It counts at once, and is no limit if it cannot be read: 4 MB would take 4 s.
rate=/local/domain/0/backend/vif/$(guest_id g1)/0/rate
for text in 4000000,50000 'no rate at all'; do
	works "rate $text" xenstore-write "$rate" "$text"
	start=$(date +%s%N)
	tcp_out g1 10.77.0.1 4000001
	took=$((($(date +%s%N) - start) / 1000000))
	at_least "milliseconds that are left of 3000 with rate $text" 1 $((3000 * LAB_SLOW / 10 - took))
done
net_rebind g1

# What it may transmit at once is a minute's share, all of what comes here.
guest_works g1 'ip addr del 10.77.0.5/24 dev eth0; ip link set eth1 up; ip addr add 10.77.0.5/24 dev eth1'
within 60 "its carrier" guest-run g1 'test "$(cat /sys/class/net/eth1/carrier)" = 1'
within 60 "Dom0" guest-run g1 'ping -q -c 1 -W 0.5 10.77.0.1'
tcp_out g1 10.77.0.1 4000001
guest_shutdown g1
