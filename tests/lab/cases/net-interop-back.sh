# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=upstream smp=1 memory=2G
# shows: our network backend works with upstream's frontend
# tier: gate
# covers: drivers/backend/net/
# takes: 15
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
net_tour g1
guest_shutdown g1
