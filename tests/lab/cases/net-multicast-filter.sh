# SPDX-License-Identifier: GPL-2.0-or-later
# shows: only multicast packets that a guest listens to come to it, or all when it wants them or names too many
# tier: full
# gate: net-vlan-multicast
# covers: drivers/net/frontend/mcast.c drivers/net/frontend/groups.c drivers/backend/net/mcast.c
# covers: drivers/net/frontend/negotiate.c
# takes: 32
. /lab/tests/lib.sh
. /lab/tests/net.sh
. /lab/tests/mcast.sh

# Who asks where an IPv6 address is, asks a group: each address has one.
neighbour_is_found() {
	ip -6 neigh flush dev xenbr0
	works "an IPv6 address is found" ping -q -c 2 -i 0.2 -W 10 fd77::5
}

ip -6 addr add fd77::1/64 dev xenbr0 nodad
at_exit 'ip -6 addr del fd77::1/64 dev xenbr0'
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
mcast_prepare g1
mcast_filters g1 1
equal "before it is in a group" "0 0" "$(mcast_arrived g1 7 8)"
guest_works g1 'ip -6 addr add fd77::5/64 dev eth0 nodad'
sleep 0.5
neighbour_is_found

mcast_join g1 7
sleep 0.5
equal "in a group" "10 0" "$(mcast_arrived g1 7 8)"
mcast_leave g1
sleep 0.5
equal "no more in it" "0 0" "$(mcast_arrived g1 7 8)"

guest_works g1 'ip link set eth0 allmulticast on'
mcast_filters g1 0
equal "all are wanted" "10 10" "$(mcast_arrived g1 7 8)"
guest_works g1 'ip link set eth0 allmulticast off'
mcast_filters g1 1
guest_works g1 'ip link set eth0 promisc on'
mcast_filters g1 0
guest_works g1 'ip link set eth0 promisc off'
mcast_filters g1 1
equal "no more" "0 0" "$(mcast_arrived g1 7 8)"

# More than the backend remembers; then as many as it does.
mcast_join g1 100 170
mcast_filters g1 0
equal "too many groups" "10 10" "$(mcast_arrived g1 8 170)"
mcast_join g1 110 140
mcast_filters g1 1
equal "fewer groups" "0 10 0" \
	"$(mcast_arrived g1 109 140 141)"
neighbour_is_found

# Another backend knows nothing.
mcast_join g1 7
net_rebind g1
mcast_filters g1 1
equal "after a reconnect" "10 0" "$(mcast_arrived g1 7 8)"
neighbour_is_found
guest_works g1 'ip link set eth0 down && ip link set eth0 up'
mcast_filters g1 1
sleep 0.5
equal "down and up" "10 0" "$(mcast_arrived g1 7 8)"

# The next driver may know nothing of filters, or of control rings.
node=/local/domain/$(guest_id g1)/device/vif/0
works "a control ring" xenstore-read "$node/ctrl-ring-ref"
guest_works g1 'echo vif-0 >/sys/bus/xen/drivers/vif/unbind'
for key in request-multicast-control ctrl-ring-ref event-channel-ctrl; do
	refuses "$key is left" xenstore-read "$node/$key"
done
guest_works g1 'echo vif-0 >/sys/bus/xen/drivers/vif/bind'
within 30 "the interface is back" guest-run g1 'ip link set eth0 up && ip addr replace 10.77.0.5/24 dev eth0'
mcast_filters g1 1
guest_shutdown g1
