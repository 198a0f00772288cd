# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: a frontend that is hostile in its rings, its keys, its states and its end gets errors; nobody else is harmed
# tier: gate
# covers: tests/hostile/ drivers/backend/block/parse.c drivers/backend/block/queue.c
# covers: drivers/xen/ring/ring.c drivers/xen/ring/keys.c
# takes: 40
# debug: yes
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/hostile.sh

# Good requests, and those that change while they are read, may write the last quarter.
dd if=/dev/urandom of=/images/hostile.img bs=1M count=16 status=none
dd if=/dev/urandom of=/images/ro.img bs=1M count=8 status=none
truncate -s 16M /images/sentinel.img
at_exit "rm -f /images/hostile.img /images/ro.img /images/sentinel.img"
loop=$(losetup -f --show -b 4096 -r /images/ro.img) || fail "no loop device"
at_exit "losetup -d $loop"
disk=file:/images/hostile.img,xvdb,w
untouched() {
	head -c 12M /images/hostile.img | md5sum
}

held_before
guest_start hostile vcpus=2 "disk=$disk" "disk=phy:$loop,xvdc,r" "$(hostile_modules)"
guest_create sentinel kernel=plain disk=file:/images/sentinel.img,xvdb,w
guest_wait hostile
sum=$(untouched)
readonly=$(md5sum </images/ro.img)
disk_sentinel_start sentinel

# Every field of the ring.
hostile_front hostile
front_play hostile requests "$(lab_times 2000 8000 900000)"
front_play hostile races "$(lab_times 32 96 6400)"
front_play hostile indices "$(lab_times 1 2 50)"
front_play hostile storm "$(lab_times 10000 50000 5000000)"
front_play hostile hoard 1200
at_least "tries" "$(lab_times 2500 10000 1000000)" "$(front_told hostile)"
sync
equal "the disk where no good request wrote" "$sum" "$(untouched)"

# No key, state or end keeps the backend from serving the next one.
front_play_connections hostile
within 30 "the disk is back" guest_run hostile 'test -b /dev/xvdb'
guest_works hostile 'dd if=/dev/xvdb of=/dev/null bs=64k'

# A disk that may only be read, with blocks of 4 KiB, is not written.
HOSTILE_NUMBER=51744
equal "bytes of a block" 4096 "$(guest_run hostile 'cat /sys/block/xvdc/queue/logical_block_size')"
hostile_front hostile
front_play hostile requests 2000
front_play hostile races 64
front_report hostile
sync
equal "the disk" "$readonly" "$(md5sum </images/ro.img)"
HOSTILE_NUMBER=51728

# A state that is none, as if the frontend were gone: the host's tools bring the disk back.
attached() {
	guest_run hostile 'dd if=/dev/xvdb of=/dev/null bs=64k'
}
for vanish in 2 5 99; do
	hostile_front hostile
	front_play hostile vanish $vanish
	works "detaching" "$XM" block-detach hostile xvdb
	works "attaching" "$XM" block-attach hostile "$disk"
	within 60 "the disk is back" attached
done

# Gone in the midst of it, with a full ring that nobody answers for.
hostile_front hostile
(guest_run hostile "cd $HOSTILE/front-$(front_device) && echo loops 100000 >run" >/dev/null 2>&1) &
loops=$!
sleep 1
guest_destroy hostile
wait $loops
fio_stop sentinel
guest_destroy sentinel
held_after
