# SPDX-License-Identifier: GPL-2.0-or-later
# shows: what a guest writes to a disk is in Dom0's file, and comes back unchanged in another guest
# tier: gate
# covers: drivers/block/frontend/ drivers/backend/block/
# takes: 9
. /lab/tests/lib.sh

truncate -s 64M /tmp/data.img
loop=$(losetup -f --show /tmp/data.img)
at_exit "losetup -d $loop; rm -f /tmp/data.img"
guest_create g1 disk="phy:$loop,xvdb,w"
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt'
sum=$(guest_run g1 'head -c 8M /dev/urandom >/mnt/file; sync; md5sum </mnt/file')
guest_works g1 'umount /mnt'
guest_shutdown g1
works "Dom0 finds the file system" dumpe2fs -h "$loop"
guest_create g2 disk="phy:$loop,xvdb,r"
guest_works g2 'mount -o ro /dev/xvdb /mnt'
equal "checksum" "$sum" "$(guest_run g2 'md5sum </mnt/file')"
guest_shutdown g2
