# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a driver domain serves a guest's interface, is destroyed and started again, and goes on with its address
# tier: full
# gate: net-another-interface
# covers: drivers/net/frontend/life.c tools/xm/reattach.c tools/xm/cmd-network-reattach.c
# takes: 23
# limit: 600
XM=xl
. /lab/tests/lib.sh

start_driver_domain() {
	guest_create driver memory=160 line='driver_domain = 1'
}

# What `xl devd` does in a driver domain, when the toolstack wants an interface of it.
serve() {
	id=$(guest_id g1)
	dir=/local/domain/$(guest_id driver)/backend/vif/$id/0
	within 180 "the toolstack asks for it" xenstore-exists "$dir/mac"
	within 60 "the driver domain has it" guest_run driver "ip link show vif$id.0"
	guest_works driver "ip addr replace 10.99.0.1/24 dev vif$id.0; ip link set vif$id.0 up"
	xenstore-write "$dir/hotplug-status" connected
}

start_driver_domain
guest_start g1 vif=backend=driver,mac=00:16:3e:00:00:01
serve
guest_wait g1
guest_works g1 'ip addr replace 10.99.0.2/24 dev eth0; ip link set eth0 up'
within 60 "it works" guest_run g1 ping -q -c 1 -W 0.5 10.99.0.1

for _ in $(seq "$(lab_times 1 1 10)"); do
	guest_destroy driver
	start_driver_domain
	works "giving the interface back" xm network-reattach g1 00:16:3e:00:00:01 driver
	serve
	within 60 "it works again, with the address that it had" guest_run g1 ping -q -c 1 -W 0.5 10.99.0.1
done
refuses "giving away what is served" xm network-reattach g1 0 driver
guest_shutdown g1
guest_shutdown driver
