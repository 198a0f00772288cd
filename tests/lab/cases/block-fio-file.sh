# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: every shape of I/O comes back as it was written, on a file without a loop device
# tier: gate
# covers: drivers/block/frontend/ drivers/backend/block/ drivers/xen/ring/
# takes: 9
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

# Sparse at first: blocks are allocated as the guest writes.
truncate -s 64M /images/fio.img
at_exit "rm -f /images/fio.img"
before=$(losetup -n | wc -l)

guest_create g1 disk=file:/images/fio.img,xvdb,w
equal "loop devices" "$before" "$(losetup -n | wc -l)"
fio_mix g1 /dev/xvdb
events_on_time g1

# Memory may be written to the disk, so what serves it waits for no memory to be written.
for flags in $(awk '$2 ~ /^[(]blkback[.]/ { print $9 }' /proc/[0-9]*/stat 2>/dev/null); do
	equal "the flag PF_MEMALLOC_NOIO of its thread" 524288 $((flags & 524288))
done
[ -n "$flags" ] || fail "no thread of a backend"

# What is to be on the medium at once makes the backend flush, or write through.
flushes=$(cat "$VBD_DRIVER/$(vbd_of g1 xvdb)/statistics/f_req")
guest_works g1 'dd if=/dev/zero of=/dev/xvdb bs=4k count=8 oflag=direct,dsync'
at_least "flushes for eight such writes" 8 \
	$(($(cat "$VBD_DRIVER/$(vbd_of g1 xvdb)/statistics/f_req") - flushes))
guest_shutdown g1
