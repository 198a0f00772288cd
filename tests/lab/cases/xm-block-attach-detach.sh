# SPDX-License-Identifier: GPL-2.0-or-later
# shows: disks come and go while a guest runs; one that is in use goes only by force
# tier: gate
# covers: tools/xm/cmd-block-attach.c tools/xm/cmd-block-detach.c tools/xm/cmd-block-list.c
# covers: tools/xm/devices.c
# takes: 20
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
truncate -s 8M /tmp/hot-1 /tmp/hot-2 /tmp/hot-3
at_exit "rm -f /tmp/hot-1 /tmp/hot-2 /tmp/hot-3"
guest_create g1

state() {
	xm block-list --json g1 | python3 -c "
import json, sys
print(*(d['state'] for d in json.load(sys.stdin) if d['vdev'] == '$1'))"
}
connected() {
	[ "$(state "$1")" = connected ]
}

works "one string" xm block-attach g1 file:/tmp/hot-1,xvdb,w
works "three arguments" xm block-attach g1 file:/tmp/hot-2 xvdc r
works "today's form" xm block-attach g1 format=raw,vdev=xvdd,access=ro,target=/dev/ram3
for vdev in xvdb xvdc xvdd; do
	within 60 "$vdev connects" connected $vdev
done
equal "xvdc is read-only" 1 "$(guest_run g1 cat /sys/block/xvdc/ro)"
xm block-list g1 | grep -q '^xvdb  *51728  *w  *connected  *phy  */tmp/hot-1$' ||
	fail "$(xm block-list g1)"

xm block-attach g1 file:/tmp/hot-2,xvdb,r 2>/dev/null
equal "status for a name in use" 6 $?
xm block-attach g1 file:/tmp/none,xvde,r 2>/dev/null
equal "status for a missing file" 5 $?
xm block-detach g1 xvde 2>/dev/null
equal "status for a missing disk" 3 $?
xm block-list nobody 2>/dev/null
equal "status for a missing domain" 3 $?

works "detaching" xm block-detach g1 xvdb
equal "xvdb in the list" "" "$(state xvdb)"
refuses "xvdb in the guest" guest_run g1 test -e /sys/block/xvdb

guest_works g1 'sleep 600 </dev/xvdd >/dev/null 2>&1 &'
refuses "detaching a disk in use" xm block-detach g1 xvdd
works "by force" xm block-detach -f g1 xvdd
equal "xvdd in the list" "" "$(state xvdd)"
# In the midst of connecting, whoever is just about to write its state.
for _ in $(seq "$(lab_times 4 40 100)"); do
	works "a disk that comes" xm block-attach g1 file:/tmp/hot-3,xvde,w
	works "and goes at once" xm block-detach g1 xvde
done
works "the freed file can be used again" xm block-attach g1 file:/tmp/hot-1,xvdb,w
guest_destroy g1
