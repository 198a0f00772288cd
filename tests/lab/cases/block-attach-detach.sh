# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=debug guest=debug smp=2 memory=2G
# shows: disks come and go under I/O: one in use stays until it is closed, a forced one is gone
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/hot.img
at_exit "rm -f /images/hot.img"
guest_create g1 disk=phy:/dev/ram2,xvdb,w

there() { guest_run g1 'test -b /dev/xvdc'; }
away() { ! there; }
busy() { guest_run g1 'grep -q "xvdc.*[1-9]" /proc/diskstats && pgrep fio'; }

for round in 1 2 3; do
	works "attaching, round $round" "$XM" block-attach g1 file:/images/hot.img,xvdc,w
	within 20 "the disk appears" there
	fio_verify g1 /dev/xvdc randwrite 4k 16 1M
	works "detaching, round $round" "$XM" block-detach g1 xvdc
	within 20 "the disk is gone" away
done

# In use by one job, while another works on the disk beside it.
works "attaching" "$XM" block-attach g1 file:/images/hot.img,xvdc,w
within 20 "the disk appears" there
guest_run g1 'for d in xvdb xvdc; do
	setsid fio --name=$d --filename=/dev/$d --rw=randrw --bs=4k --iodepth=8 --size=16M \
		--ioengine=libaio --direct=1 --time_based --runtime=600 >/tmp/$d 2>&1 </dev/null &
done; sleep 3'
works "forcing the busy one out" "$XM" block-detach -f g1 xvdc
within 30 "the disk is gone" away
within 60 "its job got an error" guest_run g1 'grep -q "Input/output error\|No such device" /tmp/xvdc'
guest_works g1 'pgrep fio && pkill fio; sleep 1'
fio_verify g1 /dev/xvdb randwrite 4k 16 1M
guest_shutdown g1
