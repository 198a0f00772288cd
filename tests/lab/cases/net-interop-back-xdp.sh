# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=upstream smp=1 memory=2G
# shows: XDP programs in upstream's frontend work with our network backend
# tier: full
# gate: net-interop-back net-xdp
# covers: drivers/backend/net/
# takes: 32
# Upstream's frontend reads xenstore in the condition of its wait_event() in xennet_xdp().
# allow: ^\[guest g1\] .*WARNING: CPU: [0-9]+ PID: [0-9]+ at kernel/sched/core.c:[0-9]+ __might_sleep
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
# Its program runs only if the backend offers room for it, and is attached all the same if not.
net_prepare g1
net_xdp_prepare g1
state=/local/domain/0/backend/vif/$(guest_id g1)/0/state
xdp_start() {
	guest_works g1 'setsid timeout 60 perl /tmp/xdp.pl eth0 tx 7 </dev/null >/run/xdp.out 2>&1 & echo $! >/run/xdp
		n=0; until grep -q . /run/xdp.out; do sleep 0.1; n=$((n + 1)); [ $n -lt 100 ] || exit; done
		cat /run/xdp.out; grep -q attached /run/xdp.out'
	within 10 "our end is connected" sh -c "test \$(xenstore-read $state) = 4"
	equal "small ones sent back" 10 "$(net_echoed 18)"
}
xdp_stop() {
	guest_works g1 'kill $(cat /run/xdp); while test -e /proc/$(cat /run/xdp); do sleep 0.1; done'
	equal "sent back without it" 0 "$(net_echoed 18)"
}
xdp_start
equal "large ones sent back" 10 "$(net_echoed 1400)"
tcp_in g1 10.77.0.5 300003
xdp_stop
xdp_start
xdp_stop
guest_shutdown g1
