# SPDX-License-Identifier: GPL-2.0-or-later
# shows: what a device delays, refuses or has no room for fails where it does, all else goes on
# tier: gate
# covers: drivers/backend/block/store-file.c drivers/backend/block/store-bdev.c
# covers: drivers/backend/block/complete.c
# takes: 14
. /lab/tests/lib.sh
. /lab/tests/fio.sh

# table: 32 MiB, of which 4 KiB at 16 MiB have an error.
table() {
	echo "0 32768 $1
32768 8 error
32776 32760 linear /dev/ram1 32776"
}

works "a device with an error" dmsetup create slow --table "$(table 'linear /dev/ram1 0')"
at_exit "dmsetup remove --retry slow"
works "a small file system" mkfs.ext4 -q -O ^has_journal /dev/ram2 24M
mkdir -p /run/small
works "mounting it" mount /dev/ram2 /run/small
at_exit "umount /run/small"
truncate -s 64M /run/small/disk.img
guest_create g1 disk=file:/run/small/disk.img,xvdc,w \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/mapper/slow

fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=8 --offset=20M
guest_run g1 'dd if=/dev/xvdb of=/dev/null bs=4k skip=4096 count=1 iflag=direct' >$LAB_DIR/out
contains "reading it" "Input/output error" "$(cat $LAB_DIR/out)"
guest_run g1 'dd if=/dev/zero of=/dev/xvdb bs=4k seek=4096 count=1 oflag=direct' >$LAB_DIR/out
contains "writing it" "Input/output error" "$(cat $LAB_DIR/out)"
# The page cache takes it; fsync says what became of it.
guest_run g1 'dd if=/dev/zero of=/dev/xvdb bs=4k seek=4090 count=12 conv=fsync' >$LAB_DIR/out
contains "fsync" "fsync failed" "$(cat $LAB_DIR/out)"
guest_works g1 'dd if=/dev/zero of=/dev/xvdb bs=4k seek=4090 count=6 conv=fsync'

works "a slow device" dmsetup suspend slow
works "a slow device" dmsetup load slow --table "$(table 'delay /dev/ram1 0 300')"
works "a slow device" dmsetup resume slow
guest_run g1 'cut -d. -f1 /proc/uptime; dd if=/dev/xvdb of=/dev/null bs=4k count=10 iflag=direct status=none
	cut -d. -f1 /proc/uptime' >$LAB_DIR/out
at_least "seconds for ten slow reads" 2 $(($(tail -n 1 $LAB_DIR/out) - $(head -n 1 $LAB_DIR/out)))
fio_stop g1

guest_run g1 'dd if=/dev/urandom of=/dev/xvdc bs=1M count=8 oflag=direct status=none
	dd if=/dev/xvdc bs=1M count=8 iflag=direct status=none | md5sum' >$LAB_DIR/sum
guest_run g1 'dd if=/dev/zero of=/dev/xvdc bs=1M seek=8 oflag=direct' >$LAB_DIR/out
contains "when it is full" "Input/output error" "$(cat $LAB_DIR/out)"
equal "room that is left" 0 "$(df --output=avail /run/small | tail -n 1 | tr -d ' ')"
guest_run g1 'dd if=/dev/zero of=/dev/xvdc bs=1M seek=56 count=1 conv=fsync' >$LAB_DIR/out
contains "fsync when it is full" "fsync failed" "$(cat $LAB_DIR/out)"
equal "what was written before" "$(cat $LAB_DIR/sum)" \
	"$(guest_run g1 'dd if=/dev/xvdc bs=1M count=8 iflag=direct status=none | md5sum')"
guest_works g1 'dd if=/dev/zero of=/dev/xvdc bs=1M count=8 oflag=direct'
guest_shutdown g1
