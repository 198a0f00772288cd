# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=upstream smp=1 memory=2G
# shows: our backend works with upstream's frontend
# tier: gate
# covers: drivers/backend/block/
# takes: 12
. /lab/tests/lib.sh
. /lab/tests/fio.sh

guest_create g1 disk=phy:/dev/ram0,xvdb,w
disk_tour g1 /dev/xvdb
guest_shutdown g1
