# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: a frontend that lies in its rings, its keys, its states and its end gets errors; nobody else is harmed
# tier: gate
# covers: tests/hostile/ drivers/backend/block/parse.c drivers/backend/block/queue.c
# covers: drivers/xen/ring/ring.c drivers/xen/ring/keys.c
# takes: 54
# debug: yes
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/hostile.sh

# Good requests, and those that change while they are read, may write the last quarter.
dd if=/dev/urandom of=/images/liar.img bs=1M count=16 status=none
dd if=/dev/urandom of=/images/ro.img bs=1M count=8 status=none
truncate -s 16M /images/sentinel.img
at_exit "rm -f /images/liar.img /images/ro.img /images/sentinel.img"
loop=$(losetup -f --show -b 4096 -r /images/ro.img) || fail "no loop device"
at_exit "losetup -d $loop"
disk=file:/images/liar.img,xvdb,w
untouched() {
	head -c 12M /images/liar.img | md5sum
}

held_before
guest_start liar vcpus=2 "disk=$disk" "disk=phy:$loop,xvdc,r" "$(liar_modules)"
guest_create sentinel kernel=plain disk=file:/images/sentinel.img,xvdb,w
guest_wait liar
sum=$(untouched)
readonly=$(md5sum </images/ro.img)
disk_sentinel_start sentinel

# Every field of the ring.
liar_front liar
front_lies liar requests "$(lab_times 2000 8000 900000)"
front_lies liar races "$(lab_times 32 96 6400)"
front_lies liar indices "$(lab_times 1 2 50)"
front_lies liar storm "$(lab_times 10000 50000 5000000)"
front_lies liar hoard 1200
at_least "lies" "$(lab_times 2500 10000 1000000)" "$(front_told liar)"
sync
equal "the disk where no good request wrote" "$sum" "$(untouched)"

# No key, state or end keeps the backend from serving the next one.
front_lies liar keys "$(lab_times 1 1 20)"
front_lies liar states "$(lab_times 1 1 20)"
front_lies liar loops "$(lab_times 8 16 1000)"
front_lies liar flood "$(lab_times 100 400 50000)"
front_lies liar feed "$(lab_times 1 1 20)"
front_report liar
honest_front liar
within 30 "the disk is back" guest_run liar 'test -b /dev/xvdb'
guest_works liar 'dd if=/dev/xvdb of=/dev/null bs=64k'

# A disk that may only be read, with blocks of 4 KiB, is not written.
LIAR_NUMBER=51744
equal "bytes of a block" 4096 "$(guest_run liar 'cat /sys/block/xvdc/queue/logical_block_size')"
liar_front liar
front_lies liar requests 2000
front_lies liar races 64
front_report liar
sync
equal "the disk" "$readonly" "$(md5sum </images/ro.img)"
LIAR_NUMBER=51728

# A state that is none, as if the frontend were gone: the host's tools bring the disk back.
attached() {
	guest_run liar 'dd if=/dev/xvdb of=/dev/null bs=64k'
}
for vanish in 2 5 99; do
	liar_front liar
	front_lies liar vanish $vanish
	works "detaching" "$XM" block-detach liar xvdb
	works "attaching" "$XM" block-attach liar "$disk"
	within 60 "the disk is back" attached
done

# Gone in the midst of it, with a full ring that nobody answers for.
liar_front liar
(guest_run liar "cd $LIAR/front-$(front_device) && echo loops 100000 >run" >/dev/null 2>&1) &
loops=$!
sleep 3
guest_destroy liar
wait $loops
fio_stop sentinel
guest_destroy sentinel
held_after
