# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: our frontend works with upstream's backend
# tier: gate
# covers: drivers/block/frontend/
# takes: 15
. /lab/tests/lib.sh
. /lab/tests/fio.sh

guest_create g1 disk=phy:/dev/ram0,xvdb,w
disk_tour g1 /dev/xvdb
guest_shutdown g1
