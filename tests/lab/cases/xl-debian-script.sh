# SPDX-License-Identifier: GPL-2.0-or-later
# shows: xl and Debian's own hotplug scripts work with our backend, for phy: and, by loop, for files
# tier: gate
# covers: drivers/backend/block/store-bdev.c drivers/backend/block/main.c
# takes: 10
. /lab/tests/lib.sh
. /lab/tests/fio.sh

XM=xl
truncate -s 16M /images/loop.img
at_exit "rm -f /images/loop.img"
guest_create g1 disk=phy:/dev/ram1,xvdb,w
fio_verify g1 /dev/xvdb randwrite 4k 16 1M
works "attaching a file" xl block-attach g1 file:/images/loop.img,xvdc,w
contains "loop devices" /images/loop.img "$(losetup -n -O BACK-FILE)"
there() { guest_run g1 'test -b /dev/xvdc'; }
within 60 "the disk appears" there
fio_verify g1 /dev/xvdc randwrite 4k 16 1M
works "detaching it" xl block-detach g1 xvdc
guest_shutdown g1
