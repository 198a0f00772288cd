#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# session.sh: runs cases in Dom0, one after the other, each with its time limit, and checks that
# each leaves Dom0 as it was. tests/runner/session.py gives it to the lab as the script and speaks
# with it. It reads "NAME SECONDS SLOW" for each case (SLOW: tenths, how slow the machine is, for
# time limits inside of it), or the end of its input. It writes:
#
#   @next                            it is free for another case
#   @begin NAME                      then the case's output
#   @end NAME STATUS SECONDS         124: out of time, 77: skipped
#   @left NAME WHAT                  something that the case left behind
#
# The same marks go to the kernel's log and to the guests', so that a splat finds its case.

mark() {
	echo "lab-mark: $*" >/dev/kmsg
	echo "$*" >>/var/log/xen/console/mark
}

# Domains other than Dom0 and what xenstore knows of them; empty as it should be.
leftovers() {
	for id in $(xenstore-list /local/domain); do
		[ "$id" = 0 ] || echo "domain $id"
	done
	for dir in backend/vbd backend/vif; do
		for id in $(xenstore-list "/local/domain/0/$dir" 2>/dev/null); do
			echo "xenstore /local/domain/0/$dir/$id: $(xenstore-ls \
				"/local/domain/0/$dir/$id" 2>/dev/null | tr -d '\n' | cut -c1-80)"
		done
	done
	losetup -n -O NAME,BACK-FILE
	dmsetup ls 2>/dev/null | grep -v '^No devices'
}

# The backend's last steps may still be on their way.
settled() {
	tries=0
	while left=$(leftovers); [ -n "$left" ] && [ $tries -lt 50 ]; do
		sleep 0.2
		tries=$((tries + 1))
	done
	echo "$left"
}

clean() {
	for id in $(xenstore-list /local/domain); do
		[ "$id" = 0 ] || xl destroy "$id" || xenstore-rm "/local/domain/$id"
	done
	dmsetup remove_all --force
	losetup -D
	xenstore-rm /local/domain/0/backend 2>/dev/null
}

# What hangs, for the log of a case that ran out of time: xenstore, on which all depends, or else.
hung() {
	for pid in $(pgrep -x xenstored) $(ps -e -o pid=,stat= | awk '$2 ~ /^[RD]/ { print $1 }'); do
		echo "process $pid: $(ps -o stat=,time=,args= -p "$pid"), $(cat "/proc/$pid/wchan")"
		cat "/proc/$pid/stack"
	done
	timeout 10 xl debug-keys e
	timeout 10 xl dmesg | tail -n 100
	timeout 10 xenstore-ls /local/domain/0/backend || echo "xenstore does not answer"
}

# Every device of every domain comes and goes in one thread of Dom0, and libxl gives up on a
# disk that it has waited for 10 s. Who keeps that thread for long is told, and whether all of
# Dom0 stood still, as when the host has no time for the emulator.
watch_xenwatch() {
	pid=$(pgrep -x xenwatch) || return
	busy=0
	read -r before rest </proc/uptime
	while sleep 1; do
		# Without date(1): every program takes its time here.
		read -r now rest </proc/uptime
		now=${now%.*} before=${before%.*}
		[ $((now - before)) -lt 5 ] || echo "# Dom0 stood still for $((now - before)) s"
		before=$now
		# It ends without a newline.
		read -r where <"/proc/$pid/wchan" || [ -n "$where" ] || return
		case $where in
		xenwatch_thread) busy=0 ;;
		*) busy=$((busy + 1)) ;;
		esac
		[ $((busy % 4)) -ne 3 ] || {
			echo "# xenwatch is at work for $busy s:"
			cat "/proc/$pid/stack"
		}
	done
}

# On a machine with one CPU, too, there are queues to be tested.
[ "$(nproc)" -gt 1 ] ||
	for limit in /sys/module/xen_blkback/parameters/max_queues \
		/sys/module/xen_netback/parameters/max_queues; do
		[ ! -w $limit ] || echo 2 >$limit
	done
watch_xenwatch &
watcher=$!
while echo "@next" && read -r name seconds slow; do
	mark "begin $name"
	echo "@begin $name"
	start=$(date +%s)
	LAB_SLOW=$slow timeout -k 20 "$seconds" \
		sh ${XENIFY_TRACE:+-x} "/lab/tests/cases/$name.sh" 2>&1 </dev/null
	status=$?
	case $status in
	124 | 137) hung 2>&1 ;;
	esac
	left=$(settled)
	echo "@end $name $status $(($(date +%s) - start))"
	if [ -n "$left" ]; then
		echo "$left" | sed "s/^/@left $name /"
		clean >/dev/null 2>&1
	fi
	mark "end $name"
done
kill $watcher
