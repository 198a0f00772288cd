# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that takes nothing while Dom0 floods it costs Dom0 little memory and others nothing, not even time
# tier: gate
# covers: drivers/backend/net/rx.c
# takes: 29
. /lab/tests/lib.sh

unreclaimable() {
	awk '/^SUnreclaim:/ { print $2 }' /proc/meminfo
}

guest_start g1 vif=lab ip=10.77.0.5/24
guest_start g2 vif=lab ip=10.77.0.6/24
guest_wait g1
guest_wait g2
vif=vif$(guest_id g1).0
works "the guest is there" ping -q -c 2 -i 0.2 -W 10 10.77.0.5
# Its address stays known when it does not answer.
works "neighbour" ip neigh replace 10.77.0.5 lladdr "$(guest_run g1 'cat /sys/class/net/eth0/address')" \
	dev xenbr0 nud permanent
at_exit 'ip neigh del 10.77.0.5 dev xenbr0'
before=$(unreclaimable)
works "pausing" xl pause g1
# A server with one socket for all: what it has sent to this guest does not keep it waiting.
guest_works g2 'python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"10.77.0.6\", 5353))
open(\"/run/got\", \"wb\").write(s.recv(99))" </dev/null >/dev/null 2>&1 &'
within 30 "the other guest listens" guest-run g2 'ss -lun | grep -q :5353'
took=$(python3 - <<-'END'
	import socket, time
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	start = time.time()
	for i in range(2000):
	    s.sendto(b'x' * 500, ('10.77.0.5', 53))
	s.sendto(b'you', ('10.77.0.6', 5353))
	print(int(1000 * (time.time() - start)))
	END
)
at_least "milliseconds less than 4000 that it has waited" 1 $((4000 * LAB_SLOW / 10 - took))
within 10 "the other guest has its datagram" guest-run g2 'grep -q you /run/got'
ping -q -f -s 1400 -w 20 10.77.0.5 >/dev/null
equal "stalls" 1 "$(ethtool -S "$vif" | awk '/_stalls:/ { n += $2 } END { print n }')"
at_least "packets dropped" 1 "$(cat "/sys/class/net/$vif/statistics/tx_dropped")"
at_least "kB of Dom0's memory that are not lost" 0 "$((before + 8192 - $(unreclaimable)))"
guest_works g2 'ping -q -c 2 -i 0.2 -W 10 10.77.0.1'
works "unpausing" xl unpause g1
within 30 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
guest_destroy g1
guest_shutdown g2
