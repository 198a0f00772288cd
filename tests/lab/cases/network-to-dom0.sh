# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest reaches Dom0 over the bridge, with small packets and with a TCP stream
# tier: full
# gate: net-tcp-content
# covers: drivers/net/frontend/ drivers/backend/net/
# takes: 6
. /lab/tests/lib.sh

guest_create g1 vif=bridge=xenbr0 ip=10.77.0.5/24
guest_works g1 'ping -c 3 -i 0.2 -W 10 10.77.0.1'
guest_works g1 'ping -c 2 -i 0.2 -W 10 -s 1400 10.77.0.1'
iperf3 -s -1 -D -B 10.77.0.1
within 30 "iperf3 listens" sh -c 'ss -ltn | grep -q :5201'
guest_works g1 'iperf3 -c 10.77.0.1 -n 4M'
guest_shutdown g1
