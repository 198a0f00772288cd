#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the guest that kvm-host.sh starts: goes through the sets of /mnt/plan and
# writes what fio-set says to the port that the host reads.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
mount -t tmpfs t /tmp
mount -t tmpfs t /run
mkdir -p /dev/shm
mount -t tmpfs t /dev/shm
sleep 1
out=$(echo /dev/vport*p1)
exec >"$out"
cd /tmp || exit
while read -r name device run; do
	echo "@fio guest $run"
	/mnt/fio-set "/mnt/$name.fio" "$device"
done </mnt/plan
echo "@done"
exec >/dev/null
sync
echo b >/proc/sysrq-trigger
sleep 60
