# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: a disk comes and goes 2 times under I/O (make check-full: 20, make soak: 50); forced out, it fails its job, not its neighbour
# tier: gate
# covers: drivers/block/frontend/life.c drivers/block/frontend/main.c drivers/backend/block/main.c
# covers: drivers/xen/ring/peer.c tools/xm/cmd-block-attach.c tools/xm/cmd-block-detach.c
# takes: 11
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/hot.img
at_exit "rm -f /images/hot.img"
guest_create g1 disk=phy:/dev/ram2,xvdb,w

there() { guest_run g1 'test -b /dev/xvdc'; }
away() { ! there; }

# Its neighbour is at work all the time.
fio_start g1 /dev/xvdb 1M --rw=randwrite --bs=4k --iodepth=4 --rate_iops=100
for round in $(seq "$(lab_times 2 20 50)"); do
	works "attaching, round $round" "$XM" block-attach g1 file:/images/hot.img,xvdc,w
	# One command for all of it: each program that starts takes its time here.
	guest_works g1 "n=0; until test -b /dev/xvdc; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 600 ] || exit; done
		dd if=/dev/urandom of=/run/hot bs=64k count=1 status=none &&
		dd if=/run/hot of=/dev/xvdc bs=16k oflag=direct status=none && cmp -n 65536 /run/hot /dev/xvdc"
	works "detaching, round $round" "$XM" block-detach g1 xvdc
	within 60 "the disk is gone" away
done
fio_stop g1

# Both are at work when one of them is taken away.
works "attaching" "$XM" block-attach g1 file:/images/hot.img,xvdc,w
within 60 "the disk appears" there
fio_background g1 xvdb xvdc
works "forcing a busy one out" "$XM" block-detach -f g1 xvdc
within 60 "the disk is gone" away
ended() { guest_run g1 '! pgrep -f [n]ame=xvdc'; }
within 60 "its job ends" ended
contains "what its job said" "io_u error on file /dev/xvdc" "$(guest_run g1 cat /tmp/xvdc)"
guest_works g1 'pgrep -f [n]ame=xvdb >/dev/null && pkill -x fio; while pgrep -x fio >/dev/null; do sleep 0.2; done'
fio_verify g1 /dev/xvdb randwrite 4k 16 1M
guest_shutdown g1
