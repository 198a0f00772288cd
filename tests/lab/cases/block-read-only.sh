# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a disk given with "r" cannot be written, discarded or mounted for writing, nor is it
# tier: gate
# covers: drivers/block/frontend/disk.c drivers/backend/block/parse.c
# takes: 6
. /lab/tests/lib.sh

dd if=/dev/urandom of=/images/ro.img bs=1M count=8 status=none
at_exit "rm -f /images/ro.img"
sum=$(md5sum </images/ro.img)
dd if=/images/ro.img of=/dev/ram1 bs=1M status=none

guest_create g1 disk=file:/images/ro.img,xvdb,r disk=phy:/dev/ram1,xvdc,r
for disk in xvdb xvdc; do
	equal "$disk is read-only" 1 "$(guest_run g1 "blockdev --getro /dev/$disk")"
	refuses "writing to $disk" guest_run g1 "dd if=/dev/zero of=/dev/$disk bs=4k count=1 conv=fsync"
	refuses "discarding $disk" guest_run g1 "blkdiscard -f /dev/$disk"
	equal "$disk in the guest" "$sum" "$(guest_run g1 "head -c 8M /dev/$disk | md5sum")"
done
guest_shutdown g1
equal "the file" "$sum" "$(md5sum </images/ro.img)"
equal "the device" "$sum" "$(head -c 8M /dev/ram1 | md5sum)"
