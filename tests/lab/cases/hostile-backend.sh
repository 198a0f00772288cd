# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a hostile backend gets no frontend to crash, to lose data or to give pages away
# tier: gate
# covers: tests/hostile/ drivers/block/frontend/complete.c drivers/xen/ring/ring.c
# covers: drivers/xen/ring/idpool.c drivers/xen/ring/keys.c
# takes: 55
# debug: yes
# limit: 900
# allow: WARNING: g.e. 0x[0-9a-f]+ still in use
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/hostile.sh

rounds=$(lab_times 1 1 20)
truncate -s 16M /images/victim.img /images/sentinel.img
at_exit "rm -f /images/victim.img /images/sentinel.img"
held_before
guest_start victim disk=file:/images/victim.img,xvdb,w
guest_create sentinel kernel=plain disk=file:/images/sentinel.img,xvdb,w
guest_wait victim
channels=$(lsevtchn "$(guest_id victim)" | grep -c .)
disk_sentinel_start sentinel
hostile_back victim

# What breaks the ring costs a connection and no data.
fio_start victim /dev/xvdb 1M --rw=randwrite --bs=4k --iodepth=8
back_play victim responses $rounds
back_play victim storm "$(lab_times 10000 50000 5000000)"
fio_stop victim

# What is wrong with one response costs that request only.
guest_works victim "setsid sh -c 'while [ ! -e /run/reader.stop ]; do
	fio --name=reader --filename=/dev/xvdb --rw=randread --bs=4k --iodepth=16 --size=1M \
		--ioengine=libaio --direct=1 --continue_on_error=all --ignore_error=5:95 \
		--time_based --runtime=3600; done' </dev/null >/dev/null 2>&1 &"
back_play victim statuses "$(lab_times 2500 10000 1000000)"
back_play victim live $rounds
# Again and again, as the next one may be about to start.
guest_works victim 'touch /run/reader.stop; while pkill -x fio; do sleep 0.2; done'
guest_works victim 'dd if=/dev/xvdb of=/dev/null bs=64k iflag=direct'

# Flushes and barriers may turn out not to be there: the disk is one without a cache then.
cache_is() {
	within 20 "the cache: $1" guest_run victim "grep -qx '$1' /sys/block/xvdb/queue/write_cache"
}
cache_is "write back"
back_play victim refuse 1
guest_works victim 'echo one | dd of=/dev/xvdb conv=fsync,sync bs=4k'
cache_is "write through"
# Barriers alone are for writes that are to be on the medium.
xenstore=/local/domain/0/backend/vbd/$(guest_id victim)/51728
xenstore-write "$xenstore/feature-flush-cache" 0 "$xenstore/state" 4
cache_is "write back"
equal "barriers are used" 1 "$(guest_run victim 'cat /sys/block/xvdb/queue/fua')"
guest_works victim 'echo two | dd of=/dev/xvdb conv=sync oflag=direct,dsync bs=64k'
equal "what was written" two "$(guest_run victim 'dd if=/dev/xvdb iflag=direct bs=4k count=1 status=none | head -n 1')"
cache_is "write through"
back_play victim refuse 0
xenstore-write "$xenstore/feature-flush-cache" 1 "$xenstore/state" 4
cache_is "write back"
guest_works victim 'dd if=/dev/zero of=/dev/xvdb conv=fsync bs=64k count=1'
at_least "refusals" 3 "$(back_told_of victim refuse)"

# A frontend that refuses a disk is closed for good: here it is bound again and again.
guest_works victim "cat >/run/binder.sh <<'END'
closed() {
	read -r state </sys/bus/xen/devices/$(front_device)/state
	[ \$state = Closed ] || [ \$state = Closing ]
}
cd /sys/bus/xen/drivers/vbd
while [ ! -e /run/binder.stop ]; do
	closed && sleep 0.1 && closed && echo $(front_device) >unbind && echo $(front_device) >bind
	sleep 0.1
done
END
setsid sh /run/binder.sh </dev/null >/dev/null 2>&1 &"
back_play victim keys $rounds
back_play victim states $rounds
guest_works victim 'touch /run/binder.stop; sleep 1'
guest_works victim "cd /sys/bus/xen/drivers/vbd; test -e $(front_device) || echo $(front_device) >bind"

back_report victim
at_least "tries" "$(lab_times 2500 10000 1000000)" "$(back_told victim)"
honest_back victim
fio_stop sentinel
within 60 "the disk is back" guest_run victim 'dd if=/dev/xvdb of=/dev/null bs=64k'
equal "event channels of the victim" "$channels" "$(lsevtchn "$(guest_id victim)" | grep -c .)"
guest_destroy victim
guest_destroy sentinel
held_after
