# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a network frontend that is hostile in its rings, its keys, its states and its end is dropped or refused; nobody else is harmed
# tier: gate
# covers: tests/hostile/ drivers/backend/net/parse.c drivers/backend/net/tx.c
# covers: drivers/backend/net/ctrl.c drivers/backend/net/ctrl-ring.c drivers/backend/net/gref-map.c
# covers: drivers/backend/net/plan.c drivers/backend/net/rx.c drivers/xen/ring/ring.c
# takes: 64
# debug: yes
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/net.sh
. /lab/tests/hostile.sh
HOSTILE_KIND=vif
HOSTILE_NUMBER=0

held_before
guest_start hostile vcpus=2 vif=lab ip=10.77.0.5/24 "$(hostile_modules)"
guest_create sentinel kernel=plain vif=lab ip=10.77.0.6/24
guest_wait hostile
net_prepare sentinel
vif=vif$(guest_id hostile).0
counted() {
	cat "/sys/class/net/$vif/statistics/$1"
}
net_sentinel_start sentinel

# Each packet is answered as it has to be, and the counters tell what became of it.
hostile_front hostile
passed=$(counted rx_packets)
dropped=$(counted rx_errors)
front_play hostile packets "$(lab_times 2000 8000 900000)"
# The last is a good one, to see that all goes on.
equal "packets passed on" "$(($(front_told_of hostile passed) + 1))" "$(($(counted rx_packets) - passed))"
equal "packets dropped" "$(front_told_of hostile dropped)" "$(($(counted rx_errors) - dropped))"

front_play hostile races "$(lab_times 64 256 8192)"
front_play hostile noise "$(lab_times 384 1536 100000)"
front_play hostile breaks "$(lab_times 1 1 20)"
front_play hostile indices "$(lab_times 1 1 20)"
front_play hostile storm "$(lab_times 10000 50000 5000000)"

shower_start "$vif"
front_play hostile receive "$(lab_times 250 1000 100000)"
# Who posts a page now and then does not keep a server waiting that has one socket for all.
front_play hostile drip "$(lab_times 130 200 2000)" &
drip=$!
sleep 3
took=$(python3 - <<-'END'
	import socket, time
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	start = time.time()
	for i in range(2000):
	    s.sendto(b'x' * 500, ('10.77.0.66', 9))
	print(int(1000 * (time.time() - start)))
	END
)
at_least "milliseconds less than 4000 that it has waited" 1 $((4000 * LAB_SLOW / 10 - took))
wait $drip || fail "dripping pages"
front_play hostile control "$(lab_times 1 4 100)"
shower_stop
at_least "tries" "$(lab_times 2500 10000 1000000)" "$(front_told hostile)"

# No key, state or end keeps the backend from serving the next one.
front_play_connections hostile
within 60 "the interface is back" guest_run hostile 'ip addr replace 10.77.0.5/24 dev eth0 && ip link set eth0 up'
within 60 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5

# A state that is none, as if the frontend were gone: the host's tools make the interface anew.
hostile_front hostile
front_play hostile vanish 2
works "detaching" "$XM" network-detach hostile 0
works "attaching" "$XM" network-attach hostile "$LAB_VIF"
within 60 "the interface is back" guest_run hostile "test -e /sys/bus/xen/drivers/vif/$(front_device)/net"

# Gone in the midst of it, with a full ring that nobody answers for.
hostile_front hostile
(guest_run hostile "cd $HOSTILE/front-$(front_device) && echo loops 100000 >run" >/dev/null 2>&1) &
loops=$!
sleep 1
guest_destroy hostile
wait $loops
net_sentinel_stop
guest_destroy sentinel
held_after
