# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=debug guest=debug smp=2 memory=2G
# shows: a guest destroyed in the midst of I/O leaves nothing behind, and its disk serves the next
. /lab/tests/lib.sh
. /lab/tests/fio.sh

threads() { pgrep -c '^blkback\.' || true; }

truncate -s 32M /images/crash.img
at_exit "rm -f /images/crash.img"
guest_create g1 disk=file:/images/crash.img,xvdb,w disk=phy:/dev/ram3,xvdc,w
guest_run g1 'for d in xvdb xvdc; do
	setsid fio --name=$d --filename=/dev/$d --rw=randrw --bs=4k-256k --iodepth=32 \
		--size=16M --ioengine=libaio --direct=1 --time_based --runtime=600 \
		>/dev/null 2>&1 </dev/null &
done; sleep 3'
guest_destroy g1
gone() { test "$(threads)" = 0; }
within 20 "threads are gone" gone
guest_create g1 disk=file:/images/crash.img,xvdb,w
fio_verify g1 /dev/xvdb randwrite 4k 16 1M
guest_shutdown g1
