# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the cases with a lying half share (tests/hostile): putting it in the place of the real
# one, making it lie, and counting what Dom0 holds before and after. Only the debug kernel has the
# module: their boot line says debug=1. Sourced after lib.sh, as /lab/tests/hostile.sh.

LIAR=/sys/kernel/debug/xenify-hostile
# The disk that guests get for it, xvdb, in xenstore's number.
LIAR_DISK=51728
# Many lies in one command.
GUEST_LIMIT=$(lab_times 300 3600)

# The kernel's modules, as a disk for guest_create.
liar_modules() {
	echo "disk=format=raw,vdev=xvdz,access=r,script=/lab/bin/lab-block,target=$XENIFY_GUEST_MODULES"
}

# sentinel_start GUEST: on its xvdb, what must not be harmed; at a rate that leaves the
# processors to those who lie. fio_stop says whether it was.
sentinel_start() {
	fio_start "$1" /dev/xvdb 4M --rw=randwrite --bs=4k --iodepth=8 --rate_iops=100
}

# liar_front GUEST: the guest's xvdb gets the lying frontend.
liar_front() {
	guest_works "$1" "mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
		modprobe xenify-hostile && cd /sys/bus/xen/drivers &&
		echo vbd-$LIAR_DISK >vbd/unbind && echo vbd-$LIAR_DISK >vbd-liar/bind"
}

# honest_front GUEST: and the real one again.
honest_front() {
	guest_works "$1" "cd /sys/bus/xen/drivers &&
		echo vbd-$LIAR_DISK >vbd-liar/unbind && echo vbd-$LIAR_DISK >vbd/bind"
}

# front_lies GUEST ACT [COUNT]: it has to be answered as it has to be, to the last request.
front_lies() {
	lab_guest=$1
	lab_start=$(date +%s)
	shift
	guest_run "$lab_guest" "cd $LIAR/front-vbd-$LIAR_DISK && echo $* >run" >$LAB_DIR/lies 2>&1 || {
		cat $LAB_DIR/lies
		guest_run "$lab_guest" "grep -e but -e sum $LIAR/front-vbd-$LIAR_DISK/report"
		fail "lies of the frontend: $*"
	}
	say "told in $(($(date +%s) - lab_start)) s: $*"
}

# front_report GUEST: each lie of the frontend, how often, and the sum.
front_report() {
	guest_run "$1" "cat $LIAR/front-vbd-$LIAR_DISK/report"
}

# front_told GUEST: how many lies.
front_told() {
	front_report "$1" | awk '$1 == "sum" { print $3 }'
}

# liar_back GUEST: Dom0 serves the guest's xvdb with the lying backend.
liar_back() {
	lab_vbd=vbd-$(guest_id "$1")-$LIAR_DISK
	works "the lying backend" modprobe xenify-hostile
	at_exit "rmmod xenify-hostile"
	echo "$lab_vbd" >/sys/bus/xen-backend/drivers/vbd/unbind
	echo "$lab_vbd" >/sys/bus/xen-backend/drivers/vbd-liar/bind || fail "binding the liar"
}

# honest_back GUEST: and with the real one again.
honest_back() {
	lab_vbd=vbd-$(guest_id "$1")-$LIAR_DISK
	echo "$lab_vbd" >/sys/bus/xen-backend/drivers/vbd-liar/unbind
	echo "$lab_vbd" >/sys/bus/xen-backend/drivers/vbd/bind || fail "binding the backend"
}

# back_lies GUEST ACT [COUNT]: the guest's frontend has to do what it has to, each time.
back_lies() {
	lab_dir=$LIAR/back-vbd-$(guest_id "$1")-$LIAR_DISK
	lab_start=$(date +%s)
	shift
	echo "$*" >"$lab_dir/run" || {
		grep -e but -e sum "$lab_dir/report"
		fail "lies of the backend: $*"
	}
	say "told in $(($(date +%s) - lab_start)) s: $*"
}

# back_report GUEST, back_told GUEST
back_report() {
	cat "$LIAR/back-vbd-$(guest_id "$1")-$LIAR_DISK/report"
}

back_told() {
	back_report "$1" | awk '$1 == "sum" { print $3 }'
}

# What Dom0 holds for others: grants that it has mapped, event channels, threads.
held() {
	xl dmesg -c >/dev/null
	xl debug-keys g
	echo "grants in use: $(xl dmesg | grep -c '^(XEN) *\[0x')"
	echo "event channels: $(lsevtchn 0 | grep -c .)"
	echo "threads: $(ps -e -o comm= | grep -c '^blkback')"
}

# Kilobytes of slab, without what caches have free or KASAN keeps from being used again.
slab() {
	for lab_cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$lab_cache"
	done 2>/dev/null
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

is_held_as_before() {
	held >$LAB_DIR/held.now
	cmp -s $LAB_DIR/held.before $LAB_DIR/held.now
}

# held_before, held_after: without a guest, nothing more is held than before there was one,
# and no memory was lost, but for the 4 MB that caches grow by.
held_before() {
	held >$LAB_DIR/held.before
	lab_slab=$(slab)
}

held_after() {
	lab_end=$(($(date +%s) + 30))
	until is_held_as_before; do
		if [ "$(date +%s)" -ge $lab_end ]; then
			diff $LAB_DIR/held.before $LAB_DIR/held.now
			xl list
			fail "Dom0 holds more than before"
		fi
		sleep 1
	done
	lab_lost=$(($(slab) - lab_slab))
	[ $lab_lost -le 4096 ] || fail "slab grew by $lab_lost kB"
	say "held as before, slab grew by $lab_lost kB: $(paste -sd, $LAB_DIR/held.now)"
}
