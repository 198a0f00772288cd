# SPDX-License-Identifier: GPL-2.0-or-later
# shows: pings of every size that comes near an edge, up to 64 KiB in fragments, IPv4 and IPv6
# tier: gate
# covers: drivers/net/frontend/tx.c drivers/backend/net/fill.c
# takes: 9
. /lab/tests/lib.sh

ip -6 addr add fd77::1/64 dev xenbr0 nodad
at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
guest_create g1 vif=lab ip=10.77.0.5/24
guest_works g1 'ip -6 addr add fd77::5/64 dev eth0 nodad'
guest_works g1 'for size in 0 1 2 15 16 17 18 19 63 64 200 213 214 215 227 228 229 255 256 257 \
	1000 1471 1472 1473 2000 4053 4054 4055 4096 8192 16000 32768 60000 65507; do
	ping -q -c 2 -i 0.05 -W 10 -s $size 10.77.0.1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
done'
guest_works g1 'for size in 0 1 18 200 1452 1453 4096 30000 65487; do
	ping -6 -q -c 2 -i 0.05 -W 10 -s $size fd77::1 >/tmp/out || { cat /tmp/out; echo "size $size"; exit 1; }
done'
equal "errors of the interface" "0 0" "$(guest_run g1 \
	'cat /sys/class/net/eth0/statistics/rx_errors /sys/class/net/eth0/statistics/tx_errors' | xargs)"
guest_shutdown g1
