# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: upstream's backend filters multicast packets for our frontend, and stops when they are too many
# tier: full
# gate: net-vlan-multicast net-interop-front
# covers: drivers/net/frontend/mcast.c
# takes: 15
. /lab/tests/lib.sh
. /lab/tests/net.sh
. /lab/tests/mcast.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
mcast_prepare g1
mcast_filters g1 1
mcast_join g1 7
sleep 0.5
equal "in a group" "10 0" "$(mcast_arrived g1 7 8)"
mcast_join g1 100 170
mcast_filters g1 0
equal "too many groups" "10 10" "$(mcast_arrived g1 8 170)"
mcast_join g1 110 140
mcast_filters g1 1
equal "fewer groups" "10 0" "$(mcast_arrived g1 140 141)"
mcast_leave g1
guest_works g1 'ping -q -c 5 -i 0.1 -W 10 10.77.0.1'
guest_shutdown g1
