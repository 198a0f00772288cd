# SPDX-License-Identifier: GPL-2.0-or-later
# shows: an ext4 that a guest filled to the brim is whole, file by file, after its restart
# tier: full
# gate: disk-keeps-data block-discard
# covers: drivers/block/frontend/ drivers/backend/block/
# takes: 12
. /lab/tests/lib.sh

truncate -s 48M /images/ext4.img
at_exit "rm -f /images/ext4.img"
guest_create g1 disk=file:/images/ext4.img,xvdb,w
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt'
guest_run g1 'i=0; while head -c 700k /dev/urandom >/mnt/file$i 2>/dev/null; do i=$((i + 1)); done
	rm /mnt/file$i; sync; ls /mnt | wc -l' >$LAB_DIR/files
at_least "files until it was full" 40 "$(cat $LAB_DIR/files)"
sums=$(guest_run g1 'cd /mnt && md5sum file* | md5sum')
guest_works g1 'umount /mnt && fsck.ext4 -fn /dev/xvdb'
guest_shutdown g1

guest_create g1 disk=file:/images/ext4.img,xvdb,w
guest_works g1 'fsck.ext4 -fn /dev/xvdb && mount /dev/xvdb /mnt'
equal "checksums" "$sums" "$(guest_run g1 'cd /mnt && md5sum file* | md5sum')"
guest_works g1 'umount /mnt'
guest_shutdown g1
works "Dom0 finds it whole" fsck.ext4 -fn /images/ext4.img
