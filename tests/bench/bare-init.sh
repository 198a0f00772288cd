#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the machine that the benchmark boots with no hypervisor: runs cpuload as cpu.sh does in a
# guest. benchlib/bare.py says how the machine is made. /lab/plan has a line of points for each run.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH

port() {
	for dir in /sys/class/virtio-ports/*; do
		name=
		[ ! -r "$dir/name" ] || read -r name <"$dir/name"
		[ "$name" != "$1" ] || echo "/dev/${dir##*/}"
	done
}

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
control=$(port lab.ctl)
echo up >"$control"
dmesg | sed -n 's/^\[ *\([0-9.]*\)\] Run .* as init process.*/@boot \1/p' >/run/out
while read -r points; do
	# shellcheck disable=SC2086
	/lab/cpuload $points >>/run/out 2>&1
done </lab/plan
echo @done >>/run/out
cat /run/out >"$(port lab.out)"
echo "status 0" >"$control"
sleep 1
echo o >/proc/sysrq-trigger
sleep 60
