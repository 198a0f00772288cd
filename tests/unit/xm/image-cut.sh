# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For tests in which verbs of images are cut off, at each program that is called for them:
# by a signal to xm, or by SIGKILL to xm, to its helper program, or to both. Sourced by
# test-image-killed.sh and test-image-copies-killed.sh after image-world.sh.

# Keys take most of the time, and are made by one more program only.
rm -r "$FAKE_TREE/etc/ssh"

# The Nth of these that is called ends somebody. The helper leads its process group.
cat >"$tmp/bin/deadly" <<'END'
#!/bin/bash
tool=${0##*/}
PATH=${PATH#*:}
if [ -n "${KILL-}" ]; then
	n=$(($(cat "$COUNT") + 1))
	echo $n >"$COUNT"
	if [ "$n" = "$KILL_AT" ]; then
		helper=$(ps -o pgid= -p $$ | tr -d ' ')
		xm=$(ps -o ppid= -p "$helper" | tr -d ' ')
		echo "$tool" >"$COUNT.tool"
		case $KILL in
		term) kill -TERM "$xm" ;;
		xm) kill -KILL "$xm" ;;
		helper) kill -KILL "$helper" ;;
		both) kill -STOP "$xm" && kill -KILL "$helper" "$xm" ;;
		esac
		sleep 0.3
	fi
fi
exec "$tool" "$@"
END
chmod +x "$tmp/bin/deadly"
for tool in cp mke2fs e2fsck sync ln rm mkswap fallocate debugfs tune2fs resize2fs mv truncate; do
	ln -s deadly "$tmp/bin/$tool"
done
export COUNT=$tmp/count

# cut HOW N COMMAND...: status 1 when there are fewer than N programs
cut_off()
{
	echo 0 >"$COUNT"
	KILL=$1 KILL_AT=$2 "${@:3}" >"$tmp/out" 2>"$tmp/err" </dev/null
	[ "$(cat "$COUNT")" -ge "$2" ] || return 1
	# The helper may have a while to live.
	for _ in $(seq 100); do
		flock -n "$records/$name.lock" true && return
		command sleep 0.1
	done
	echo "somebody is still at work"
	bad=1
}

# every HOW STEP CHECK COMMAND...: cut off at the first, the 1 + STEPth ... program; where
# there is time, at each
every()
{
	local n=1 step=$2
	[ "${XENIFY_LENGTH:-gate}" = gate ] || step=1
	while cut_off "$1" $n "${@:4}"; do
		"$3" "$1 at program $n, $(cat "$COUNT.tool")"
		[ $bad -eq 0 ] || { cat "$tmp/err"; return; }
		n=$((n + step))
	done
	"$3" "it was done"
	[ -z "${VERBOSE-}" ] || echo "# $1: ${*:4:3}: $((n - 1)) of $(cat "$COUNT") programs"
	[ "$(cat "$COUNT")" -gt 4 ] || {
		echo "$1: ${*:4:3}: there were only $(cat "$COUNT") programs"
		bad=1
	}
}
