# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a running guest sees that its file or its volume has grown, and its ext4 grows along
# tier: gate
# covers: drivers/block/frontend/disk.c drivers/backend/block/store.c
# takes: 10
. /lab/tests/lib.sh

# The backend looks when there is something to do.
has() {
	[ "$(guest_run g1 "dd if=/dev/$1 of=/dev/null bs=4k count=1 iflag=direct status=none
		blockdev --getsize64 /dev/$1")" = $(($2 << 20)) ]
}

truncate -s 16M /images/grows.img
truncate -s 64M /images/pv.img
pv=$(losetup -f --show /images/pv.img)
at_exit "vgremove -qqf grows; losetup -d $pv; rm -f /images/grows.img /images/pv.img"
works "a volume group" vgcreate -q grows "$pv"
works "a volume" lvcreate -q -Wn -Zn -L 16M -n lv grows
guest_create g1 disk=file:/images/grows.img,xvdb,w extra=bdev_allow_write_mounted=1 \
	disk=format=raw,vdev=xvdc,access=w,script=/lab/bin/lab-block,target=/dev/grows/lv
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt && head -c 4M /dev/urandom >/mnt/file'
sum=$(guest_run g1 'md5sum </mnt/file')

truncate -s 40M /images/grows.img
within 120 "the file's new size" has xvdb 40
works "growing the volume" lvextend -q -L 32M grows/lv
within 120 "the volume's new size" has xvdc 32
for disk in xvdb xvdc; do
	contains "the log" "$disk: " "$(guest_run g1 'dmesg | grep sectors,.were')"
done

guest_works g1 'resize2fs /dev/xvdb && head -c 20M /dev/urandom >/mnt/more && sync'
equal "what was there" "$sum" "$(guest_run g1 'md5sum </mnt/file')"
guest_works g1 'umount /mnt && fsck.ext4 -fn /dev/xvdb'
guest_works g1 'head -c 1M /dev/urandom >/run/end
	dd if=/run/end of=/dev/xvdc bs=1M seek=31 oflag=direct &&
	dd if=/dev/xvdc bs=1M skip=31 iflag=direct status=none | cmp - /run/end'
guest_shutdown g1
