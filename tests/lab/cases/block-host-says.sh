# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a read-only device is not written to, "no-discard" gives nothing back, blocks of 4 KiB are never an error
# tier: gate
# covers: drivers/backend/block/store-bdev.c drivers/backend/block/store.c drivers/block/frontend/disk.c
# takes: 14
# xm says so at once.
XM=xl
. /lab/tests/lib.sh
. /lab/tests/fio.sh

dd if=/dev/urandom of=/dev/ram1 bs=1M count=8 status=none
works "read-only" blockdev --setro /dev/ram1
at_exit "blockdev --setrw /dev/ram1; blockdev --setrw /dev/ram2"
sum=$(head -c 8M /dev/ram1 | md5sum)
head -c 16M /dev/urandom >/images/thick.img
truncate -s 32M /images/4k.img
loop=$(losetup -b 4096 -f --show /images/4k.img)
at_exit "rm -f /images/thick.img /images/4k.img; losetup -d $loop"
guest_create g1 "disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/ram1" \
	"disk=format=raw,vdev=xvdc,access=w,no-discard,target=/images/thick.img" \
	"disk=format=raw,vdev=xvdd,access=w,script=/lab/bin/lab-block,target=$loop" \
	"disk=format=raw,vdev=xvde,access=w,script=/lab/bin/lab-block,target=/dev/ram2"

equal "the guest knows" 1 "$(guest_run g1 'blockdev --getro /dev/xvdb')"
refuses "writing" guest_run g1 'dd if=/dev/zero of=/dev/xvdb bs=1M count=1 oflag=direct'
# Read-only while the guest runs, which the guest can't know: an error is all there is.
guest_works g1 'dd if=/dev/urandom of=/dev/xvde bs=1M count=1 oflag=direct'
works "read-only later" blockdev --setro /dev/ram2
later=$(head -c 1M /dev/ram2 | md5sum)
refuses "writing" guest_run g1 'dd if=/dev/zero of=/dev/xvde bs=1M count=1 oflag=direct'
guest_works g1 'dd if=/dev/xvde of=/dev/null bs=1M count=1 iflag=direct'

equal "discards" 0 "$(guest_run g1 'cat /sys/block/xvdc/queue/discard_max_bytes')"
refuses "discarding" guest_run g1 'blkdiscard /dev/xvdc'
guest_works g1 'mkfs.ext4 -q /dev/xvdc && mount /dev/xvdc /mnt && { fstrim /mnt; sync; umount /mnt; }'
at_least "KiB that are allocated" 16384 "$(du -k /images/thick.img | cut -f1)"

# Memory that is aligned to 512 bytes only: that it is not fit is said, by EINVAL.
equal "blocks" 4096 "$(guest_run g1 'cat /sys/block/xvdd/queue/logical_block_size')"
guest_works g1 "python3 - <<'E'
import mmap, os
fd = os.open('/dev/xvdd', os.O_RDWR | os.O_DIRECT)
m = memoryview(mmap.mmap(-1, 16384))
for at in 0, 512, 1536, 3584:
    for call in os.preadv, os.pwritev:
        try:
            assert call(fd, [m[at:at + 4096]], 0) == 4096
        except OSError as e:
            assert e.errno == 22, e
E"
fio_verify g1 /dev/xvdd randwrite 4k 16 1M
equal "optimal size of I/O, which partitions are aligned to" 0 \
	"$(guest_run g1 'cat /sys/block/xvdd/queue/optimal_io_size')"
guest_shutdown g1
equal "the read-only device" "$sum" "$(head -c 8M /dev/ram1 | md5sum)"
equal "the one that was later" "$later" "$(head -c 1M /dev/ram2 | md5sum)"
