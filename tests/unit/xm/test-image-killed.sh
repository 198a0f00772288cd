#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images whose making, copying, resizing or deleting is cut off, at each program that is
# called for it: by a signal to xm, or by SIGKILL to xm, to its helper program, or to both.
# Nothing half made is left, at the latest when the image is taken again, and what there
# was before is what it was.

. ./image-world.sh
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
		both) kill -KILL "$xm" "$helper" ;;
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

# If xm was killed, a record is left at least, which goes when the image is taken.
nothing_made()
{
	[[ $1 == term* || $1 == helper* ]] || xm image-delete -y web1 >/dev/null 2>&1
	if [ -e "$records/web1.image" ]; then
		# It was complete already.
		same "$1: state" state=ready "$(grep state= "$records/web1.image")"
		xm image-delete -y web1 >/dev/null 2>&1
	fi
	nothing_left "($1)"
}

name=web1
every term 3 nothing_made create web1 --swap=16M
verdict cut_off_by_a_signal_is_not_made
every helper 9 nothing_made create web1 --swap=16M
every xm 9 nothing_made create web1 --swap=16M
every both 4 nothing_made create web1 --swap=16M
every both 9 nothing_made create web1 --swap=16M --lvm=vg0
verdict cut_off_by_sigkill_is_not_made

works create web2 --swap=16M
before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
no_copy()
{
	xm image-delete -y web1 >/dev/null 2>&1
	same "the other one ($1)" "$before" "$(md5sum "$images"/web2-* "$configs/web2.cfg")"
	same "files ($1)" "web2-disk.img
web2-swap.img" "$(ls "$images")"
}
every term 7 no_copy xm image-clone web2 web1
every both 7 no_copy xm image-clone web2 web1
verdict cut_off_is_not_copied

# Whichever size it has then, all that was on it is there.
name=web2
intact()
{
	works xm image-list web2
	works xm image-resize web2 24M >/dev/null
	[ -e "$images/web2-disk.img" ] || xm image-resize --shrink web2 24M
	clean_fs "$images/web2-disk.img"
	same "data ($1)" "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$images/web2-disk.img" root/data | md5sum)"
	same "files ($1)" "web2-disk.img
web2-swap.img" "$(ls "$images")"
}
for how in term both; do
	every $how 3 intact xm image-resize --shrink web2 16M
done
verdict cut_off_is_not_shrunk

# All of it, or nothing.
gone_or_there()
{
	xm image-list web2 >/dev/null 2>&1
	xm image-resize web2 24M >/dev/null 2>&1
	if [ -e "$records/web2.image" ]; then
		same "all of it ($1)" "$before" "$(md5sum "$images"/web2-* "$configs/web2.cfg")"
	else
		nothing_left "($1)"
		create web2 --swap=16M >/dev/null 2>&1
	fi
	before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
}
before=$(md5sum "$images"/web2-* "$configs/web2.cfg")
for how in term both; do
	every $how 1 gone_or_there xm image-delete -y web2
done
verdict cut_off_is_deleted_or_not
