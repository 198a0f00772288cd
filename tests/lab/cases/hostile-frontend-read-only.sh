# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G debug=1
# shows: no lie gets a frontend to write a disk that it may only read, with blocks of 4 KiB
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/hostile.sh

dd if=/dev/urandom of=/images/ro.img bs=1M count=8 status=none
at_exit "rm -f /images/ro.img"
loop=$(losetup -f --show -b 4096 -r /images/ro.img) || fail "no loop device"
at_exit "losetup -d $loop"
sum=$(md5sum </images/ro.img)

guest_create liar vcpus=2 "disk=phy:$loop,xvdb,r" "$(liar_modules)"
equal "bytes of a block" 4096 "$(guest_run liar 'cat /sys/block/xvdb/queue/logical_block_size')"
liar_front liar
front_lies liar requests 2000
front_lies liar races 64
front_report liar
sync
equal "the disk" "$sum" "$(md5sum </images/ro.img)"
guest_destroy liar
