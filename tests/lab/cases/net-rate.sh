# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: what a guest transmits is limited by "rate", and arrives all the same
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vif=bridge=xenbr0,rate=1MB/s ip=10.77.0.5/24
net_prepare g1
start=$(date +%s%N)
tcp_out g1 10.77.0.1 4000001
took=$((($(date +%s%N) - start) / 1000000))
at_least "milliseconds for 4 MB at 1 MB/s" 3000 $took
guest_shutdown g1
