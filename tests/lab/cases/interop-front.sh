# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: our frontend works with upstream's backend
# tier: gate
# covers: drivers/block/frontend/ drivers/xen/ring/tie.c
# takes: 24
# allow: WARNING: CPU: [0-9]+ PID: [0-9]+ at drivers/block/xen-blkback/xenbus.c:[0-9]+ xen_blkif_disconnect
. /lab/tests/lib.sh
. /lab/tests/fio.sh

guest_create g1 disk=phy:/dev/ram0,xvdb,w
disk_tour g1 /dev/xvdb
guest_shutdown g1

# It says that it has closed while it has requests and the rings, and looks at them no more
# before our state is written again.
size=$(blockdev --getsz /dev/ram1)
works "a slow device" dmsetup create slow --table "0 $size delay /dev/ram1 0 500"
at_exit "dmsetup remove --retry slow"
guest_create g2 disk=phy:/dev/mapper/slow,xvdb,w
state=/local/domain/0/backend/vbd/$(guest_id g2)/51728/state
fio_background g2 xvdb
for round in 1 2; do
	xenstore-write "$state" 5
	within 30 "another connection" guest_run g2 "[ \$(dmesg | grep -c 'connected anew') = $round ]"
done
guest_works g2 'timeout 20 dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct'
guest_destroy g2
