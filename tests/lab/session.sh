#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# session.sh NAME:SECONDS...: runs cases in Dom0, one after the other, each with its time
# limit, and checks that each leaves Dom0 as it was. tests/lab/run gives it to `lab run` as the
# script and reads its output:
#
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
	while [ -n "$(leftovers)" ] && [ $tries -lt 20 ]; do
		sleep 0.5
		tries=$((tries + 1))
	done
	leftovers
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
	before=$(date +%s)
	while sleep 1; do
		now=$(date +%s)
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

watch_xenwatch &
watcher=$!
for spec; do
	name=${spec%:*}
	mark "begin $name"
	echo "@begin $name"
	start=$(date +%s)
	timeout -k 20 "${spec#*:}" sh "/lab/tests/cases/$name.sh" 2>&1 </dev/null
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
