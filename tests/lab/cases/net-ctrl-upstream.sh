# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: upstream's backend hashes for our frontend, and has no static grants, which harms nobody
# tier: full
# gate: net-hash net-interop-front
# covers: drivers/net/frontend/ctrl.c drivers/net/frontend/hash.c
# takes: 14
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
tcp_in g1 10.77.0.5 3000003
tcp_out g1 10.77.0.1 3000001
equal "static grants" "0 0" "$(guest_counted g1 tx_static) $(guest_counted g1 rx_static)"
equal "complaints" 0 "$(guest_run g1 'dmesg' | grep -c 'on the control ring')"

guest_works g1 'ethtool -K eth0 rxhash on'
sleep 1
tcp_in g1 10.77.0.5 8000003
at_least "packets with a hash" 20 "$(guest_counted g1 rx_hashed)"
guest_works g1 'ethtool -K eth0 rxhash off'
sleep 1
tcp_in g1 10.77.0.5 3000003
equal "complaints" 0 "$(guest_run g1 'dmesg' | grep -c 'does not hash')"
guest_shutdown g1
