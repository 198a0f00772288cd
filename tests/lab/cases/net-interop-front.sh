# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: our network frontend works with upstream's backend
# tier: gate
# covers: drivers/net/frontend/
# takes: 29
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_tour g1
guest_shutdown g1
