# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a frozen file system and one that journals data serve a guest's file: writes wait, reads do not, nothing fails
# tier: gate
# covers: drivers/backend/block/store-file.c
# takes: 15
# limit: 400
. /lab/tests/lib.sh
. /lab/tests/fio.sh

# A file system that journals data has no direct writes, and says so only when they come.
works "a file system" mkfs.ext4 -q /dev/ram1 128M
mkdir -p /run/j /run/f
works "mounting it" mount -o data=journal /dev/ram1 /run/j
at_exit "umount /run/j"
works "a file system" mkfs.ext4 -q /dev/ram2 128M
works "mounting it" mount /dev/ram2 /run/f
at_exit "umount /run/f"
truncate -s 32M /run/j/j.img
touch /run/f/plus-j.img
chattr +j /run/f/plus-j.img
truncate -s 32M /run/f/plus-j.img
dd if=/dev/urandom of=/run/f/f.img bs=1M count=32 status=none

guest_create g1 disk=file:/run/j/j.img,xvdb,w disk=file:/run/f/plus-j.img,xvdc,w \
	disk=file:/run/f/f.img,xvdd,w
for disk in xvdb xvdc; do
	fio_verify_all g1 /dev/$disk <<-EOF
	$(fio_job randwrite 512 16 128k)
	$(fio_job randwrite 4k-64k 16 2M)
	EOF
done
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt && cp /bin/busybox /mnt; sync && umount /mnt'
guest_works g1 'fsck.ext4 -fn /dev/xvdb && blkdiscard -o 1M -l 4M /dev/xvdb'
mode() { cat "/sys/bus/xen-backend/drivers/vbd/vbd-$(guest_id g1)-$1/io_mode"; }
refuses "the first one is served directly" test "$(mode 51728)" = direct
equal "the last one" direct "$(mode 51760)"

# As dd does it, but for its seek: for that the guest waits until its discard has ended.
read_direct='import mmap, os
disk = os.open("/dev/xvdd", os.O_RDONLY | os.O_DIRECT)
assert os.preadv(disk, [mmap.mmap(-1, 65536)], 20 << 20) == 65536'

# Frozen while it writes, punches holes and writes to these again.
guest_works g1 'cat >/run/holes.sh <<"END"
while [ ! -e /run/stop ]; do
	blkdiscard -o 8M -l 1M /dev/xvdd && dd if=/dev/zero of=/dev/xvdd bs=64k seek=128 count=8 oflag=direct || touch /run/bad
done
END
sh /run/holes.sh >/run/holes.out 2>&1 </dev/null &'
fio_start g1 /dev/xvdd 1M --rw=randwrite --bs=4k --iodepth=8
for _ in $(seq "$(lab_times 3 20 100)"); do
	works freezing timeout 60 fsfreeze -f /run/f
	works "a read" guest_run g1 "timeout 20 python3 -c '$read_direct'"
	works thawing timeout 60 fsfreeze -u /run/f
	sleep 0.3
done
guest_works g1 'touch /run/stop; while pgrep -f "[h]oles.sh" >/dev/null; do sleep 0.2; done; ! test -e /run/bad'
fio_stop g1
guest_shutdown g1
