#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hotplug script with a directory in the place of xenstore: what it writes,
# in which order, and what it refuses.

script=$XM/scripts/block-xenify
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
store=$tmp/store

mkdir "$tmp/bin"
cat >"$tmp/bin/read" <<EOF
#!/bin/sh
for node; do
	[ -e "$store\$node" ] || exit 1
	echo "\$(cat "$store\$node")"
done
EOF
cat >"$tmp/bin/write" <<EOF
#!/bin/sh
while [ \$# -gt 1 ]; do
	mkdir -p "\$(dirname "$store\$1")"
	printf %s "\$2" >"$store\$1"
	echo "\${1##*/}=\$2" >>"$tmp/written"
	shift 2
done
EOF
cat >"$tmp/bin/ls" <<EOF
#!/bin/sh
cd "$store" && find ".\$1" -type f | while read -r node; do
	echo "\${node#.} = \\"\$(cat "\$node")\\""
done
EOF
cat >"$tmp/bin/rm" <<EOF
#!/bin/sh
rm -r "$store\$1" 2>/dev/null
EOF
chmod +x "$tmp"/bin/*
export XENIFY_XS_READ=$tmp/bin/read XENIFY_XS_WRITE=$tmp/bin/write
export XENIFY_XS_LS=$tmp/bin/ls XENIFY_XS_RM=$tmp/bin/rm
export XENIFY_LOCK=$tmp/lock/block

# guest DOMID UUID
guest()
{
	"$XENIFY_XS_WRITE" "/local/domain/$1/vm" "/vm/$2" "/local/domain/$1/name" "g$1"
}

# disk DOMID DEVID PARAMS MODE: what libxl writes before it runs the script
disk()
{
	export XENBUS_PATH=/local/domain/0/backend/vbd/$1/$2
	"$XENIFY_XS_WRITE" "$XENBUS_PATH/params" "$3" "$XENBUS_PATH/mode" "$4" \
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
	if "$script" add 2>/dev/null; then
		echo "not refused"
		bad=1
	fi
	grep -q "^hotplug-error=.*$1" "$tmp/written" || bad=1
	grep -q "^hotplug-status=error$" "$tmp/written" || bad=1
	grep -q "^physical-device-path=" "$tmp/written" && bad=1
}

accepted()
{
	"$script" add || bad=1
	grep -q "^hotplug-status=connected$" "$tmp/written" || bad=1
}

verdict()
{
	if [ $bad -eq 0 ]; then echo "ok script_$1"; else echo "FAIL script_$1"; fi
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
refused "in use by domain 1 (g1)"
disk 2 51712 "$f" r
refused "in use by domain 1"
disk 2 51712 "cached:$f" w
refused "in use by domain 1"
verdict refuses_a_second_user

start
disk 1 51712 "$f" r
accepted
disk 2 51712 "$f" r
accepted
disk 2 51728 "$f" w
refused "in use by domain 1"
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
"$XENIFY_XS_WRITE" /local/domain/0/backend/qdisk/2/51712/params "aio:$f" \
	/local/domain/0/backend/qdisk/2/51712/mode w
refused "in use by domain 2"
verdict sees_other_backends

start
disk 1 51712 "$f" w
accepted
"$script" remove || bad=1
[ -e "$store$XENBUS_PATH/physical-device-path" ] && bad=1
"$script" remove || bad=1
rm -rf "$store"
"$script" remove || bad=1
verdict remove_twice

# Two at once: exactly one gets the disk.
start
for round in 1 2 3 4 5; do
	rm -rf "$store/local/domain/0/backend"
	disk 1 51712 "$f" w
	disk 2 51712 "$f" w
	(XENBUS_PATH=/local/domain/0/backend/vbd/1/51712 "$script" add 2>/dev/null) &
	(XENBUS_PATH=/local/domain/0/backend/vbd/2/51712 "$script" add 2>/dev/null) &
	wait
	n=$(grep -l connected "$store"/local/domain/0/backend/vbd/*/*/hotplug-status | wc -l)
	[ "$n" -le 1 ] || bad=1
done
verdict never_both_at_once

"$script" 2>/dev/null
[ $? -eq 2 ]; bad=$?
verdict usage
