# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the cases with a hostile half share (tests/hostile): putting it in the place of the real
# one, telling it what to do, and counting what Dom0 holds before and after. Sourced after lib.sh,
# as /lab/tests/hostile.sh.

HOSTILE=/sys/kernel/debug/xenify-hostile
# What is hostile: the disk xvdb, in xenstore's number, if the case does not say HOSTILE_KIND=vif and 0.
HOSTILE_KIND=vbd
HOSTILE_NUMBER=51728
# Many tries in one command.
GUEST_LIMIT=$(lab_times 300 300 3600)

# The kernel's modules, as a disk for guest_create.
hostile_modules() {
	echo "disk=format=raw,vdev=xvdz,access=r,script=/lab/bin/lab-block,target=$XENIFY_GUEST_MODULES"
}

# disk_sentinel_start GUEST: on its xvdb, what must not be harmed; at a rate that leaves the
# processors to the hostile half. fio_stop says whether it was.
disk_sentinel_start() {
	fio_start "$1" /dev/xvdb 1M --rw=randwrite --bs=4k --iodepth=8 --rate_iops=100
}

# The hostile half's device in the guest, and in Dom0.
front_device() {
	echo "$HOSTILE_KIND-$HOSTILE_NUMBER"
}

back_device() {
	echo "$HOSTILE_KIND-$(guest_id "$1")-$HOSTILE_NUMBER"
}

# hostile_front GUEST: the guest's device gets the hostile frontend.
hostile_front() {
	guest_works "$1" "mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
		modprobe xenify-hostile && cd /sys/bus/xen/drivers &&
		echo $(front_device) >$HOSTILE_KIND/unbind && echo $(front_device) >$HOSTILE_KIND-hostile/bind"
}

# honest_front GUEST: and the real one again.
honest_front() {
	guest_works "$1" "cd /sys/bus/xen/drivers &&
		echo $(front_device) >$HOSTILE_KIND-hostile/unbind && echo $(front_device) >$HOSTILE_KIND/bind"
}

# front_play GUEST ACT [COUNT]: it has to be answered as it has to be, to the last request.
front_play() {
	lab_guest=$1
	lab_start=$(date +%s)
	shift
	guest_run "$lab_guest" "cd $HOSTILE/front-$(front_device) && echo $* >run" >$LAB_DIR/played 2>&1 || {
		cat $LAB_DIR/played
		guest_run "$lab_guest" "grep -e but -e sum $HOSTILE/front-$(front_device)/report"
		fail "the hostile frontend: $*"
	}
	say "told in $(($(date +%s) - lab_start)) s: $*"
}

# front_report GUEST: each malformed one of the frontend, how often, and the sum.
front_report() {
	guest_run "$1" "cat $HOSTILE/front-$(front_device)/report"
}

# front_told GUEST: how many were told.
front_told() {
	front_report "$1" | awk '$1 == "sum" { print $3 }'
}

# front_told_of GUEST ACT: how many of this act's.
front_told_of() {
	front_report "$1" | awk -v act="$2" '$1 == act { sum += $4 } END { print sum + 0 }'
}

# front_play_connections GUEST: all that a hostile frontend does by its keys, states and ends;
# then the real one has the device again.
front_play_connections() {
	front_play "$1" keys "$(lab_times 1 1 20)"
	front_play "$1" states "$(lab_times 1 1 20)"
	front_play "$1" loops "$(lab_times 8 16 1000)"
	front_play "$1" flood "$(lab_times 100 400 50000)"
	front_play "$1" feed "$(lab_times 1 1 20)"
	front_report "$1"
	honest_front "$1"
}

# hostile_back GUEST: Dom0 serves the guest's device with the hostile backend.
hostile_back() {
	lab_device=$(back_device "$1")
	works "the hostile backend" modprobe xenify-hostile
	at_exit "rmmod xenify-hostile"
	echo "$lab_device" >/sys/bus/xen-backend/drivers/$HOSTILE_KIND/unbind
	echo "$lab_device" >/sys/bus/xen-backend/drivers/$HOSTILE_KIND-hostile/bind || fail "binding the hostile half"
}

# honest_back GUEST: and with the real one again.
honest_back() {
	lab_device=$(back_device "$1")
	echo "$lab_device" >/sys/bus/xen-backend/drivers/$HOSTILE_KIND-hostile/unbind
	echo "$lab_device" >/sys/bus/xen-backend/drivers/$HOSTILE_KIND/bind || fail "binding the backend"
}

# back_play GUEST ACT [COUNT]: the guest's frontend has to do what it has to, each time.
back_play() {
	lab_dir=$HOSTILE/back-$(back_device "$1")
	lab_start=$(date +%s)
	shift
	echo "$*" >"$lab_dir/run" || {
		grep -e but -e sum "$lab_dir/report"
		fail "the hostile backend: $*"
	}
	say "told in $(($(date +%s) - lab_start)) s: $*"
}

# back_report GUEST, back_told GUEST
back_report() {
	cat "$HOSTILE/back-$(back_device "$1")/report"
}

back_told() {
	back_report "$1" | awk '$1 == "sum" { print $3 }'
}

back_told_of() {
	back_report "$1" | awk -v act="$2" '$1 == act { sum += $4 } END { print sum + 0 }'
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
	lab_end=$(($(date +%s) + 30 * LAB_SLOW / 10))
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

# ---- networks: sourced after net.sh, too --------------------------------------------------

# net_sentinel_start GUEST, net_sentinel_stop: its traffic with Dom0 goes on, and comes whole.
net_sentinel_start() {
	at_exit "pkill -f /lab/tests/[n]etpeer.py"
	rm -f $LAB_DIR/sentinel.stop
	(
		lab_rounds=0
		until [ -e $LAB_DIR/sentinel.stop ]; do
			tcp_out "$1" 10.77.0.1 300001
			lab_rounds=$((lab_rounds + 1))
			sleep 3
		done
		echo $lab_rounds >$LAB_DIR/sentinel.rounds
	) &
	lab_sentinel=$!
}

net_sentinel_stop() {
	touch $LAB_DIR/sentinel.stop
	wait $lab_sentinel || fail "the sentinel's traffic"
	at_least "transfers of the sentinel" 3 "$(cat $LAB_DIR/sentinel.rounds)"
	say "transfers of the sentinel: $(cat $LAB_DIR/sentinel.rounds)"
}

# What hostile network halves call themselves (tests/hostile/frame.c).
HOSTILE_MAC=02:4c:49:41:52:01

# shower_start INTERFACE, shower_stop: datagrams for whoever is behind it, and takes them or not.
shower_start() {
	works "the hostile half's place" bridge fdb replace $HOSTILE_MAC dev "$1" master static
	works "the hostile half's address" ip neigh replace 10.77.0.66 lladdr $HOSTILE_MAC dev xenbr0 nud permanent
	at_exit 'ip neigh flush to 10.77.0.66 nud permanent'
	python3 $PEER shower-source 10.77.0.66 9 &
	lab_shower=$!
}

shower_stop() {
	kill $lab_shower
	wait $lab_shower
}

# guest_shower_start GUEST, guest_shower_stop GUEST: the same from a guest.
guest_shower_start() {
	guest_works "$1" "ip neigh replace 10.77.0.66 lladdr $HOSTILE_MAC dev eth0 nud permanent
		setsid python3 /tmp/netpeer.py shower-source 10.77.0.66 9 </dev/null >/dev/null 2>&1 &
		echo \$! >/run/shower"
}

guest_shower_stop() {
	guest_works "$1" 'kill $(cat /run/shower)'
}
