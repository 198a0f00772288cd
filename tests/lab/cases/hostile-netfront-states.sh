# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G debug=1
# shows: no key, state or end of a network frontend's life keeps the backend from serving the next one
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/net.sh
. /lab/tests/hostile.sh
LIAR_KIND=vif
LIAR_NUMBER=0

held_before
guest_start liar vcpus=2 vif=lab "$(liar_modules)"
guest_create sentinel kernel=plain vif=lab ip=10.77.0.6/24
guest_wait liar
net_prepare sentinel
net_sentinel_start sentinel

liar_front liar
front_lies liar keys "$(lab_times 1 20)"
front_lies liar states "$(lab_times 1 20)"
front_lies liar loops "$(lab_times 16 1000)"
front_lies liar flood "$(lab_times 400 50000)"
front_lies liar feed "$(lab_times 1 20)"
front_report liar

# A state that is none, as if the frontend were gone: the host's tools make the interface anew.
front_lies liar vanish 2
works "detaching" xl network-detach liar 0
works "attaching" xl network-attach liar bridge=xenbr0
within 60 "the interface is back" guest_run liar "test -e /sys/bus/xen/drivers/vif/$(front_device)/net"

# Gone in the midst of it, with a full ring that nobody answers for.
liar_front liar
(guest_run liar "cd $LIAR/front-$(front_device) && echo loops 100000 >run" >/dev/null 2>&1) &
loops=$!
sleep 3
guest_destroy liar
wait $loops
net_sentinel_stop
guest_destroy sentinel
held_after
