# SPDX-License-Identifier: GPL-2.0-or-later
# shows: what a guest discards is given back: the backing file shrinks, the rest stays
# tier: gate
# covers: drivers/block/frontend/request.c drivers/backend/block/store-file.c
# takes: 8
. /lab/tests/lib.sh

truncate -s 32M /images/discard.img
at_exit "rm -f /images/discard.img"
guest_create g1 disk=file:/images/discard.img,xvdb,w

guest_works g1 'dd if=/dev/urandom of=/dev/xvdb bs=1M count=32 oflag=direct'
full=$(du -k /images/discard.img | cut -f1)
at_least "kilobytes when written" 32000 "$full"
sum=$(guest_run g1 'dd if=/dev/xvdb bs=1M count=8 iflag=direct status=none | md5sum')

guest_works g1 'blkdiscard -o 8M -l 16M /dev/xvdb'
rest=$(du -k /images/discard.img | cut -f1)
equal "kilobytes given back" $((16 * 1024)) $((full - rest))
equal "the part before" "$sum" \
	"$(guest_run g1 'dd if=/dev/xvdb bs=1M count=8 iflag=direct status=none | md5sum')"
guest_works g1 'dd if=/dev/xvdb bs=1M skip=8 count=16 iflag=direct status=none | cmp -n 16777216 - /dev/zero'

# A file has nothing by which all copies would be erased, and says so.
refuses "a secure discard" guest_run g1 'blkdiscard -f -s -o 0 -l 1M /dev/xvdb'

# The same by a file system with the units of Dom0's: what it says it trimmed is given back,
# but for the few blocks in which Dom0 notes where the holes are.
guest_works g1 'dd if=/dev/urandom of=/dev/xvdb bs=1M count=32 oflag=direct'
guest_works g1 'mkfs.ext4 -q -b 4096 -E nodiscard /dev/xvdb && mount /dev/xvdb /mnt &&
	head -c 5M /dev/urandom >/mnt/kept && sync'
full=$(du -k /images/discard.img | cut -f1)
said=$(guest_run g1 'sum=$(md5sum </mnt/kept); fstrim -v /mnt >/tmp/said && cat /tmp/said
	umount /mnt && mount /dev/xvdb /mnt && [ "$sum" = "$(md5sum </mnt/kept)" ] && umount /mnt') ||
	fail "what is kept: $said"
trimmed=${said#*(}
trimmed=${trimmed%% *}
at_least "bytes that the guest trimmed" 8000000 "$trimmed"
at_least "kilobytes given back" $((trimmed / 1024 - 64)) \
	$((full - $(du -k /images/discard.img | cut -f1)))

guest_shutdown g1
