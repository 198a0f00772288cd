#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hotplug program with a directory in the place of xenstore: what it writes,
# in which order, and what it refuses.

plug=$OUT/block-xenify
. ./fake-store.sh
export XENIFY_LOCK=$tmp/lock

# guest DOMID UUID
guest()
{
	nodes "/local/domain/$1/vm" "/vm/$2" "/local/domain/$1/name" "g$1"
}

# disk DOMID DEVID PARAMS MODE: what libxl writes before it runs the program
disk()
{
	export XENBUS_PATH=/local/domain/0/backend/vbd/$1/$2
	nodes "$XENBUS_PATH/params" "$3" "$XENBUS_PATH/mode" "$4" \
		"$XENBUS_PATH/frontend-id" "$1"
	: >"$tmp/written"
}

start()
{
	rm -rf "$store"
	guest 1 aaaa
	guest 2 bbbb
	bad=0
}

want_written()
{
	if [ "$(cat "$tmp/written")" != "$1" ]; then
		echo "written: $(cat "$tmp/written")"
		echo "want: $1"
		bad=1
	fi
}

refused()
{
	if "$plug" add 2>/dev/null; then
		echo "not refused"
		bad=1
	fi
	grep -q "^hotplug-error=.*$1" "$tmp/written" || bad=1
	grep -q "^hotplug-status=error$" "$tmp/written" || bad=1
	grep -q "^physical-device-path=" "$tmp/written" && bad=1
}

accepted()
{
	"$plug" add || bad=1
	grep -q "^hotplug-status=connected$" "$tmp/written" || bad=1
}

verdict()
{
	if [ $bad -eq 0 ]; then echo "ok hotplug_$1"; else echo "FAIL hotplug_$1"; fi
}

f="$tmp/a disk.img"
: >"$f"
ln -s "$f" "$tmp/link"

start
disk 1 51712 "$f" w
accepted
want_written "xenify-cached=0
physical-device-path=$f
hotplug-status=connected"
verdict writes_in_order

start
disk 1 51712 "cached:$tmp/link" r
accepted
want_written "xenify-cached=1
physical-device-path=$f
hotplug-status=connected"
verdict cached_and_links_resolved

start
disk 1 51712 "$tmp/none" w
refused "does not exist"
disk 1 51712 "$tmp" w
refused "neither a regular file"
verdict refuses_what_is_no_file

start
disk 1 51712 "$f" w
accepted
disk 2 51712 "$tmp/link" w
refused "in use by guest g1 (domain 1)"
disk 2 51712 "$f" r
refused "in use by guest g1"
disk 2 51712 "cached:$f" w
refused "in use by guest g1"
verdict refuses_a_second_user

start
disk 1 51712 "$f" r
accepted
disk 2 51712 "$f" r
accepted
disk 2 51728 "$f" w
refused "in use by guest g1"
verdict readers_may_share

start
disk 1 51712 "$f" w
accepted
disk 2 51712 "shared:$f" w
accepted
disk 2 51728 "cached:shared:$f" w
accepted
want_written "xenify-cached=1
physical-device-path=$f
hotplug-status=connected"
verdict shared_skips_the_check

start
guest 3 aaaa
disk 1 51712 "$f" w
accepted
disk 3 51712 "$f" w
accepted
verdict same_guest_restarting

start
disk 1 51712 "$f" w
mkdir -p "$store/local/domain/0/backend/qdisk/2/51712"
nodes /local/domain/0/backend/qdisk/2/51712/params "aio:$f" \
	/local/domain/0/backend/qdisk/2/51712/mode w
refused "in use by guest g2"
verdict sees_other_backends

start
disk 1 51712 "$f" w
accepted
"$plug" remove || bad=1
[ -e "$store$XENBUS_PATH/physical-device-path" ] && bad=1
"$plug" remove || bad=1
rm -rf "$store"
"$plug" remove || bad=1
verdict remove_twice

# A whole disk and its partitions; of another one, too.
if mknod "$tmp/disk" b 250 16 2>/dev/null && mknod "$tmp/part1" b 250 17 &&
   mknod "$tmp/part2" b 250 18; then
	export XM_SYSFS=$tmp/sys
	start
	mkdir -p "$tmp/sys/dev/block" "$tmp/sys/devices/d/"{p1,p2}
	echo 250:16 >"$tmp/sys/devices/d/dev"
	for n in 1 2; do
		echo $n >"$tmp/sys/devices/d/p$n/partition"
		echo 250:$((16 + n)) >"$tmp/sys/devices/d/p$n/dev"
		ln -s "../../devices/d/p$n" "$tmp/sys/dev/block/250:$((16 + n))"
	done
	ln -s ../../devices/d "$tmp/sys/dev/block/250:16"
	disk 1 51712 "$tmp/part1" w
	accepted
	disk 2 51712 "$tmp/disk" r
	refused "in use by guest g1"
	disk 2 51712 "$tmp/part2" w
	accepted
	rm -rf "$store/local/domain/0/backend"
	disk 1 51712 "$tmp/disk" r
	accepted
	disk 2 51712 "$tmp/part2" w
	refused "in use by guest g1"
	disk 2 51712 "$tmp/part2" r
	accepted
	unset XM_SYSFS
	verdict partitions_of_a_disk
fi

# Two at once: exactly one gets the disk.
start
for round in 1 2 3 4 5; do
	rm -rf "$store/local/domain/0/backend"
	disk 1 51712 "$f" w
	disk 2 51712 "$f" w
	(XENBUS_PATH=/local/domain/0/backend/vbd/1/51712 "$plug" add 2>/dev/null) &
	(XENBUS_PATH=/local/domain/0/backend/vbd/2/51712 "$plug" add 2>/dev/null) &
	wait
	n=$(grep -l connected "$store"/local/domain/0/backend/vbd/*/*/hotplug-status | wc -l)
	[ "$n" -le 1 ] || bad=1
done
verdict never_both_at_once

# Somebody else wrote to xenstore meanwhile.
start
disk 1 51712 "$f" w
FAKE_AGAIN=2 accepted
want_written "xenify-cached=0
physical-device-path=$f
hotplug-status=connected"
verdict tries_again

# The guest was destroyed meanwhile: nothing of it comes back.
start
disk 1 51712 "$f" w
FAKE_VANISH=/local/domain/0/backend/vbd "$plug" add 2>/dev/null && bad=1
want_written ""
[ -e "$store$XENBUS_PATH" ] && bad=1
verdict leaves_nothing_of_a_dead_guest

"$plug" 2>/dev/null
[ $? -eq 2 ]; bad=$?
verdict usage
