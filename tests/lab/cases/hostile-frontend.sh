# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G debug=1
# shows: a frontend that lies in every field of its ring gets errors, and nobody else is harmed
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/hostile.sh

# Good requests, and those that change while they are read, may write the last quarter.
dd if=/dev/urandom of=/images/liar.img bs=1M count=16 status=none
truncate -s 16M /images/sentinel.img
at_exit "rm -f /images/liar.img /images/sentinel.img"
held_before
untouched() {
	head -c 12M /images/liar.img | md5sum
}

guest_start liar vcpus=2 disk=file:/images/liar.img,xvdb,w "$(liar_modules)"
guest_create sentinel kernel=plain disk=file:/images/sentinel.img,xvdb,w
guest_wait liar
sum=$(untouched)
disk_sentinel_start sentinel

liar_front liar
front_lies liar requests "$(lab_times 8000 900000)"
front_lies liar races "$(lab_times 96 6400)"
front_lies liar indices "$(lab_times 2 50)"
front_lies liar storm "$(lab_times 50000 5000000)"
front_lies liar hoard 1200
front_report liar
at_least "lies" "$(lab_times 10000 1000000)" "$(front_told liar)"
sync
equal "the disk where no good request wrote" "$sum" "$(untouched)"

honest_front liar
fio_stop sentinel
within 30 "the disk is back" guest_run liar 'test -b /dev/xvdb'
guest_works liar 'dd if=/dev/xvdb of=/dev/null bs=64k'
guest_destroy liar
guest_destroy sentinel
held_after
