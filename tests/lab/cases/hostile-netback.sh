# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a hostile network backend gets no frontend to crash, to lose pages or to give them away
# tier: gate
# covers: tests/hostile/ drivers/net/frontend/parse.c drivers/net/frontend/rx.c
# covers: drivers/net/frontend/sent.c drivers/xen/ring/ring.c
# takes: 60
# debug: yes
# limit: 600
# allow: WARNING: g.e. 0x[0-9a-f]+ still in use
. /lab/tests/lib.sh
. /lab/tests/net.sh
. /lab/tests/hostile.sh
HOSTILE_KIND=vif
HOSTILE_NUMBER=0

rounds=$(lab_times 1 1 20)
held_before
guest_start victim vif=lab ip=10.77.0.5/24
guest_create sentinel kernel=plain vif=lab ip=10.77.0.6/24
guest_wait victim
net_prepare victim
net_prepare sentinel
channels=$(lsevtchn "$(guest_id victim)" | grep -c .)
net_sentinel_start sentinel
hostile_back victim
within 60 "the hostile half serves" guest_run victim 'grep -q 1 /sys/class/net/eth0/carrier'

# Each packet is passed on or dropped as it has to be, and every page posted again.
counted() {
	guest_run victim "cat /sys/class/net/eth0/statistics/$1"
}
passed=$(counted rx_packets)
dropped=$(counted rx_errors)
back_play victim packets "$(lab_times 2000 8000 900000)"
equal "packets passed on" "$(back_told_of victim passed)" "$(($(counted rx_packets) - passed))"
equal "packets dropped" "$(back_told_of victim dropped)" "$(($(counted rx_errors) - dropped))"

# Something has to be sent for a malformed one about it.
guest_shower_start victim
back_play victim statuses "$(lab_times 500 2000 100000)"
back_play victim hold 2000
back_play victim storm "$(lab_times 10000 50000 5000000)"
back_play victim breaks $rounds
back_play victim live $rounds
back_play victim keys $rounds
back_play victim states $rounds
guest_shower_stop victim
back_report victim
at_least "tries" "$(lab_times 2500 10000 1000000)" "$(back_told victim)"

honest_back victim
net_on_bridge victim 60
within 60 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
net_sentinel_stop
tcp_in victim 10.77.0.5 300001
equal "event channels of the victim" "$channels" "$(lsevtchn "$(guest_id victim)" | grep -c .)"
guest_destroy victim
guest_destroy sentinel
held_after
