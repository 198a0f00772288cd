#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the benchmark does in Dom0, as the lab's script: makes disks and guests, runs the
# steps of /share/plan, each a call of a function below, in net.sh or in cpu.sh,
# and prints what benchlib/report.py reads:
#
#   @fio WHO RUN              then fio-set's lines
#   @window POINT RUN NS SECTORS
#   @own POINT TSC TSC NS SECTORS         the window of a profile of Dom0 itself
#   @fact KEY VALUE           what the disks negotiated
#   @trace POINT TSC TSC COUNT BYTES      then so many bytes of xentrace's file
#   @failed WHAT
#   @done
. /lab/tests/lib.sh

RAM="ram0 ram2 ram3 ram4"        # one for each guest; ram1 holds the files
XENTRACE_MASK=0x00223000         # PV entries and subcalls; which vCPU runs
CPU_MASK=0x0022f000              # all of PV
TRACE=/run/lab/trace

failed() {
	echo "@failed $*"
}

# disks GUESTS MIB: ramdisks for phy:, and files on an ext4 on a ramdisk for file:. All is
# written once, since a ramdisk has no memory for what never was.
disks() {
	mkdir -p /bench
	mke2fs -q -F -t ext4 -b 4096 -m 0 -O '^has_journal' /dev/ram1
	mount -t ext4 /dev/ram1 /bench || fail "no ext4 on ram1"
	number=0
	for ram in $RAM; do
		number=$((number + 1))
		[ $number -le "$1" ] || break
		works "filling $ram" dd if=/dev/zero of=/dev/$ram bs=1M count="$2"
		works "filling file $number" dd if=/dev/zero of=/bench/$number bs=1M \
			count="$2" oflag=direct
	done
	works "filling file 0" dd if=/dev/zero of=/bench/0 bs=1M count="$2" oflag=direct
}

# Ours takes the file itself; upstream's is given a loop device, made as Debian's own script
# for "file:" makes it.
file_disk() {
	if [ -e /sys/module/xen_blkback/parameters/direct_files ]; then
		echo "'format=raw,vdev=xvdc,access=w,script=block-xenify,target=/bench/$1'"
	else
		loop=$(losetup -f) && losetup "$loop" "/bench/$1" || fail "no loop device"
		lab_disk "$loop" xvdc w
	fi
}

# bench_guest NAME DISKS [SETTING...]: xvdy, at /mnt, is this directory.
bench_guest() {
	name=$1
	quoted="$2$(lab_disk /dev/lab/share xvdy r)"
	shift 2
	# lib.sh puts quotes around a disk and these have theirs.
	quoted=${quoted#\'}
	guest_create "$name" memory=384 disk="${quoted%\'}" "$@"
	guest_works "$name" mount -o ro /dev/xvdy /mnt
}

# guest NUMBER: xvdb is its ramdisk, xvdc its file.
guest() {
	# shellcheck disable=SC2086
	set -- "$1" $RAM
	shift "$1"
	number=$((5 - $#))
	bench_guest g$number "$(lab_disk /dev/$1 xvdb w), $(file_disk $number), "
	facts g$number
}

# Whatever a start has left to do is done now; idle time costs nothing where instructions
# are counted.
settle() {
	sleep 3
}

# pin GUESTS: Dom0 on one CPU, guests on the other. Left to itself, the backend's thread is for
# a while on the CPU of the guest and for a while on the other, and at queue depth 1 that is a
# third of all instructions.
pin() {
	xl vcpu-pin 0 all 0 || failed "pinning Dom0"
	number=1
	while [ $number -le "$1" ]; do
		xl vcpu-pin g$number all 1 || failed "pinning g$number"
		number=$((number + 1))
	done
}

# The counters of guest NUMBER's disk KIND (phy, file).
counters() {
	case $2 in
	phy) devid=51728 ;;
	file) devid=51744 ;;
	esac
	dir=/sys/bus/xen-backend/devices/vbd-$(guest_id "g$1")-$devid/statistics
	case $3 in
	read | randread) echo "$dir/rd_sect" ;;
	*) echo "$dir/wr_sect" ;;
	esac
}

# What both ends of guest NAME's disks wrote into xenstore.
facts() {
	id=$(guest_id "$1")
	for disk in phy/51728 file/51744; do
		for key in feature-persistent ring-page-order multi-queue-num-queues; do
			echo "@fact $1/${disk%/*}/front/$key $(xenstore-read \
				"/local/domain/$id/device/vbd/${disk#*/}/$key" 2>/dev/null)"
		done
		for key in feature-persistent feature-max-indirect-segments; do
			echo "@fact $1/${disk%/*}/back/$key $(xenstore-read \
				"/local/domain/0/backend/vbd/$id/${disk#*/}/$key" 2>/dev/null)"
		done
	done
}

# in_dom0 SET KIND RUN, in_guest SET KIND RUN
in_dom0() {
	case $2 in
	phy) device=/dev/ram0 ;;
	file) device=/bench/0 ;;
	esac
	echo "@fio dom0 $3"
	/share/fio-set "/share/$1.fio" $device
}

guest_device() {
	case $1 in
	phy) echo /dev/xvdb ;;
	file) echo /dev/xvdc ;;
	esac
}

in_guest() {
	echo "@fio guest $3"
	guest-run -w 30 -t 600 g1 /mnt/fio-set "/mnt/$1.fio" "$(guest_device "$2")" ||
		failed "set $1 in the guest, status $?"
}

# polled SET KIND RUN: only where the driver has queues for it.
polled() {
	device=$(guest_device "$2")
	can=$(guest-run g1 cat "/sys/block/${device#/dev/}/queue/io_poll")
	[ "$can" != 1 ] || in_guest "$@"
}

# in_background POINT KIND [GUEST]: the load that is to be looked at.
in_background() {
	guest-run -w 30 -t 100 "${3:-g1}" /mnt/fio-set "/mnt/$1.fio" "$(guest_device "$2")" \
		>/dev/null &
}

# traced MS FILE: a window under xentrace, which writes to $TRACE.
traced() {
	xentrace -D -S 512 -e $XENTRACE_MASK $TRACE >$TRACE.err 2>&1 &
	tracer=$!
	window "$@"
	window_status=$?
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	return $window_status
}

# trace_told POINT TSC TSC COUNT: the trace of that window, in which so much was done.
trace_told() {
	if [ ! -s $TRACE ]; then
		failed "$1: no trace: $(cat $TRACE.err)"
		return
	fi
	echo "@trace $* $(stat -c %s $TRACE)"
	cat $TRACE
}

# counted POINT KIND RW MS: hypercalls and the like, while the guest does I/O.
counted() {
	file=$(counters 1 "$2" "$3")
	in_background "$1" "$2"
	window 0 "$file" || failed "no I/O at $1"
	seen=$(traced "$4" "$file" 2>&1)
	status=$?
	wait
	if [ $status = 0 ]; then
		# shellcheck disable=SC2086
		set -- "${1#count-}" $seen
		trace_told "$1" "$2" "$3" "$5"
	else
		failed "$1: $seen"
	fi
	rm -f $TRACE
}

# watched POINT RUN MS FILE...: how much is done while the load runs.
watched() {
	point=$1
	run=$2
	shift 2
	if seen=$(window "$@" 2>&1); then
		# shellcheck disable=SC2086
		set -- $seen
		echo "@window $point $run $3 $4"
	else
		failed "$point: $seen"
	fi
	wait
}

# profiled POINT KIND RW MS: for plugin.c. Dom0 is on one CPU and the guest on the other, so
# that a CPU's number tells which of them it was.
profiled() {
	pin 1
	in_background "$1" "$2"
	watched "$1" 0 "$4" "$(counters 1 "$2" "$3")"
}

# fio_works: waits until a thread of fio's, which is its load, has spent some time in the kernel
fio_works() {
	for _ in $(seq 200); do
		for pid in $(pgrep -x fio); do
			for thread in "/proc/$pid/task"/*; do
				[ "${thread##*/}" = "$pid" ] ||
					! awk '{ exit $15 < 5 }' "$thread/stat" || return 0
			done
		done
		sleep 0.1
	done
}

# profiled_own POINT KIND MS: the same load in Dom0 itself. fio's line says how fast it was.
profiled_own() {
	pin 1
	in_dom0 "$1" "$2" 0 >$TRACE.own &
	# A ramdisk counts nothing, so fio is asked; it runs for much longer than it is watched.
	fio_works
	echo "@own $1 $(window "$3" -)"
	wait
	cat $TRACE.own
}

# together POINT KIND RW RUN MS GUESTS: that many guests at once.
together() {
	files=''
	number=1
	while [ $number -le "$6" ]; do
		in_background "$1" "$2" g$number
		files="$files $(counters $number "$2" "$3")"
		number=$((number + 1))
	done
	# shellcheck disable=SC2086
	watched "$1" "$4" "$5" $files
}

PATH=$PATH:/share
. /share/net.sh
. /share/cpu.sh
. /share/plan
echo "@done"
