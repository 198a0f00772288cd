# SPDX-License-Identifier: GPL-2.0-or-later
# shows: when another interface is in an interface's place, the guest has that one, with its address
# tier: gate
# covers: drivers/xen/ring/tie.c drivers/net/frontend/life.c drivers/net/frontend/main.c
# takes: 8
. /lab/tests/lib.sh
. /lab/tests/net.sh

# has_address NUMBER: the guest's one interface is the one that was attached last.
has_address() {
	[ "$(guest_run g1 'cat /sys/class/net/eth*/address')" = "00:16:3e:00:00:0$1" ]
}

# serves NUMBER: and it carries packets.
serves() {
	guest_works g1 'ip addr add 10.77.0.5/24 dev eth0; ip link set eth0 up'
	within 30 "interface $1 answers" ping -q -c 1 -W 0.5 10.77.0.5
}

guest_create g1 vif=lab,mac=00:16:3e:00:00:01 ip=10.77.0.5/24
net_prepare g1
for number in $(seq 2 "$(lab_times 3 9 9)"); do
	[ "$number" != 2 ] || works pausing xm pause g1
	works "the old one goes" xm network-detach -f g1 0
	works "another comes" xm network-attach g1 bridge=xenbr0 script=/lab/bin/lab-vif \
		"mac=00:16:3e:00:00:0$number"
	[ "$number" != 2 ] || works unpausing xm unpause g1
	within 60 "interface $number" has_address "$number"
	serves "$number"
done

# The same directories, with another address in them.
vif=vif-$(guest_id g1)-0
echo "$vif" >/sys/bus/xen-backend/drivers/vif/unbind || fail "unbinding $vif"
xenstore-write "/local/domain/$(guest_id g1)/device/vif/0/mac" 00:16:3e:00:00:0a
echo "$vif" >/sys/bus/xen-backend/drivers/vif/bind || fail "binding $vif"
has_last() { [ "$(guest_run g1 'cat /sys/class/net/eth*/address')" = 00:16:3e:00:00:0a ]; }
within 60 "the other address" has_last
guest_shutdown g1
