# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: what a guest discards is given back: the backing file shrinks, the rest stays
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

guest_shutdown g1
