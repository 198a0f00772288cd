# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest goes on elsewhere only when its old backend has written all; one whose disk hangs stays, whole
# tier: gate
# covers: tools/xm/settle.c tools/xm/backends.c drivers/backend/block/sysfs.c
# takes: 23
# limit: 400
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
works "a device" dmsetup create hangs --table "0 131072 linear /dev/ram1 0"
at_exit "dmsetup remove --retry hangs"
guest_create g1 memory=96 \
	disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/mapper/hangs
# Who waits for a disk himself can't be frozen: it is the page cache's writes that hang. The
# last close would wait for them.
guest_works g1 'sleep 10000 </dev/xvdb >/dev/null 2>&1 &
	echo 50 >/proc/sys/vm/dirty_writeback_centisecs
	echo 50 >/proc/sys/vm/dirty_expire_centisecs'
# in_flight DOMID: of its disk
in_flight() { cat "/sys/bus/xen-backend/devices/vbd-$1-51728/in_flight"; }
has_some() { [ "$(in_flight "$1")" -gt 0 ]; }
# hang DOMID LETTER: with writes of that under way
hang() {
	works "the device hangs" dmsetup suspend --noflush --nolockfs hangs
	# Whatever happens here, nothing is left that hangs.
	(sleep 200; dmsetup resume hangs) &
	rescue=$!
	guest_works g1 "dd if=/dev/zero bs=4k count=16 | tr '\\0' $2 >/run/$2
		dd if=/run/$2 of=/dev/xvdb bs=4k conv=notrunc"
	within 20 "writes are under way" has_some "$1"
}
# goes_on LETTER: it has that on its disk
goes_on() {
	works "the device is there again" dmsetup resume hangs
	kill $rescue
	guest_works g1 "sync; dd if=/dev/xvdb bs=64k count=1 iflag=direct 2>/dev/null | cmp - /run/$1"
	equal "guests" 1 "$(xm list | tail -n +3 | grep -c .)"
}

id=$(guest_id g1)
hang "$id" a
xm migrate g1 localhost >$LAB_DIR/out 2>&1 &
move=$!
waits() { grep -q 'g1: waits for [0-9]* requests' $LAB_DIR/out; }
within 40 "it waits for the disk" waits
xm list
equal "who runs" "" "$(xm list | awk 'NR > 2 && $5 ~ /^[rb]/ { print $1 }')"
works "the device is there again" dmsetup resume hangs
wait $move || fail "moving: $(cat $LAB_DIR/out)"
[ "$(guest_id g1)" -gt "$id" ] || fail "it is domain $(guest_id g1), was $id"
goes_on a

# It hangs for longer: it stays.
id=$(guest_id g1)
# stays LETTER VERB...
stays() {
	hang "$id" "$1"
	letter=$1
	shift
	refuses "to $1" xm "$@"
	contains "why" "under way after 30 s" "$(cat $LAB_DIR/works)"
	equal "its number" "$id" "$(guest_id g1)"
	goes_on $letter
}
if [ "$(lab_times 0 1 1)" = 1 ]; then
	stays b migrate g1 localhost
	stays c save g1 /images/hung.saved
fi
equal "files" "" "$(ls /images | grep hung.saved)"
guest_shutdown g1
