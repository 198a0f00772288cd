# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G debug=1
# shows: no key, state or end of a frontend's life keeps the backend from serving the next one
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/hostile.sh

truncate -s 16M /images/liar.img /images/sentinel.img
at_exit "rm -f /images/liar.img /images/sentinel.img"
disk=file:/images/liar.img,xvdb,w
held_before
guest_start liar vcpus=2 "disk=$disk" "$(liar_modules)"
guest_create sentinel kernel=plain disk=file:/images/sentinel.img,xvdb,w
guest_wait liar
disk_sentinel_start sentinel

liar_front liar
front_lies liar keys "$(lab_times 1 20)"
front_lies liar states "$(lab_times 1 20)"
front_lies liar loops "$(lab_times 16 1000)"
front_lies liar flood "$(lab_times 400 50000)"
front_lies liar feed "$(lab_times 1 20)"
front_report liar

# A state that is none, as if the frontend were gone: the host's tools bring the disk back.
attached() {
	guest_run liar 'dd if=/dev/xvdb of=/dev/null bs=64k'
}
for vanish in 2 5 99; do
	front_lies liar vanish $vanish
	works "detaching" "$XM" block-detach liar xvdb
	works "attaching" "$XM" block-attach liar "$disk"
	within 60 "the disk is back" attached
	[ $vanish = 99 ] || liar_front liar
done

# Gone in the midst of it, with a full ring that nobody answers for.
liar_front liar
(guest_run liar "cd $LIAR/front-$(front_device) && echo loops 100000 >run" >/dev/null 2>&1) &
sleep 3
guest_destroy liar
wait
fio_stop sentinel
guest_destroy sentinel
held_after
