# SPDX-License-Identifier: GPL-2.0-or-later
# shows: without a backend for the time that was set I/O fails, and goes on with the next one, when the last has let go
# tier: gate
# covers: drivers/block/frontend/life.c drivers/block/frontend/request.c drivers/block/frontend/disk.c
# takes: 23
# allow: no backend for 5 s; I/O fails until there is one
. /lab/tests/lib.sh
. /lab/tests/vbd.sh

truncate -s 8M /images/timeout.img
at_exit "rm -f /images/timeout.img"
guest_create g1 disk=file:/images/timeout.img,xvdb,w
vbd=$(vbd_of g1 xvdb)
equal "the default" 300 "$(guest_run g1 'cat /sys/module/xen_blkfront/parameters/backend_timeout')"
guest_works g1 'echo 5 >/sys/module/xen_blkfront/parameters/backend_timeout'
guest_works g1 'dd if=/dev/urandom of=/run/data bs=64k count=16; dd if=/run/data of=/dev/xvdb bs=64k oflag=direct'

vbd_unbind "$vbd"
guest_run g1 'cut -d. -f1 /proc/uptime
	dd if=/dev/xvdb of=/dev/null bs=64k count=1 iflag=direct; cut -d. -f1 /proc/uptime' >$LAB_DIR/out
contains "what dd says" "Input/output error" "$(cat $LAB_DIR/out)"
began=$(head -n 1 $LAB_DIR/out)
took=$(($(tail -n 1 $LAB_DIR/out) - began))
at_least "seconds that it waited" 3 $took
contains "the log" "xvdb: no backend for 5 s" "$(guest_run g1 dmesg)"
refuses "a write now" guest_run g1 'dd if=/dev/zero of=/dev/xvdb bs=64k count=1 oflag=direct'
refuses "and fsync" guest_run g1 'dd if=/dev/zero of=/dev/xvdb bs=64k count=1 conv=fsync'

vbd_bind "$vbd"
within 120 "it is connected" guest_run g1 'dmesg | grep -q "xvdb: connected anew"'
guest_works g1 'dd if=/run/data of=/dev/xvdb bs=64k oflag=direct && echo 3 >/proc/sys/vm/drop_caches && cmp -n 1048576 /run/data /dev/xvdb'

# Who sets a limit holds the lock of limits, and waits for a request, which waits for a backend.
# That has a cache, which the last one had not: as the limits cannot say so yet, what is written
# now is flushed without being asked for.
guest_works g1 'echo 300 >/sys/module/xen_blkfront/parameters/backend_timeout'
cache_is() {
	within 60 "the cache: $1" guest_run g1 "grep -qx '$1' /sys/block/xvdb/queue/write_cache"
}
vbd_unbind "$vbd"
vbd_offer feature_flush=0
vbd_bind "$vbd"
cache_is "write through"
vbd_unbind "$vbd"
vbd_offer feature_flush=1
guest_works g1 'dd if=/run/data of=/dev/xvdb bs=4k count=1 oflag=direct </dev/null >/dev/null 2>&1 &
	sleep 0.5; setsid sh -c "echo 64 >/sys/block/xvdb/queue/max_sectors_kb" </dev/null >/dev/null 2>&1 &'
sleep 1
vbd_bind "$vbd"
within 60 "the limit is set" guest_run g1 'grep -qx 64 /sys/block/xvdb/queue/max_sectors_kb'
cache_is "write back"
at_least "flushes of what was written meanwhile" 1 "$(cat "$VBD_DRIVER/$vbd/statistics/f_req")"

# A backend that is gone, as its state says, and whose store still has a write: that may fail here,
# but the next connection waits for it.
works "a device" dmsetup create hangs --table "0 16384 linear /dev/ram1 0"
at_exit "dmsetup resume hangs; dmsetup remove --retry hangs"
works "a disk on it" xm block-attach g1 \
	format=raw,vdev=xvdc,access=w,script=/lab/bin/lab-block,target=/dev/mapper/hangs
within 60 "it is there" guest_run g1 'test -b /dev/xvdc'
guest_works g1 'echo 5 >/sys/module/xen_blkfront/parameters/backend_timeout'
number=$(vbd_of g1 xvdc)
is_given() { [ "$(cat "$VBD_DRIVER/$number/in_flight")" -gt 0 ]; }
works "the device hangs" dmsetup suspend --noflush --nolockfs hangs
guest_works g1 'dd if=/run/data of=/dev/xvdc bs=4k count=1 oflag=direct 2>/run/written </dev/null >/dev/null &'
within 20 "the store has the write" is_given
xenstore-write "/local/domain/0/backend/vbd/$(guest_id g1)/${number##*-}/state" 6
within 60 "the write fails" guest_run g1 'grep "Input/output error" /run/written'
sleep 2
equal "the frontend's state: Closed" 6 \
	"$(xenstore-read "/local/domain/$(guest_id g1)/device/vbd/${number##*-}/state")"
works "the device is there again" dmsetup resume hangs
within 60 "it is connected" guest_run g1 'dmesg | grep -q "xvdc: connected anew"'
guest_works g1 'dd if=/dev/xvdc of=/dev/null bs=4k count=1 iflag=direct'
guest_shutdown g1
