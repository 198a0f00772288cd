# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The CPU's part of dom0.sh, which sources it: runs cpuload in a guest. Prints cpuload's lines, and
#
#   @boot SECONDS             until the guest's kernel started its first program

cpu_guest() {
	bench_guest g1 ''
	guest-run g1 dmesg | sed -n 's/^\[ *\([0-9.]*\)\] Run .* as init process.*/@boot \1/p'
}

# cpu_points POINT...
cpu_points() {
	guest-run -w 30 -t 600 g1 "/mnt/cpuload $*" || failed "cpuload in the guest, status $?"
}

# cpu_counted POINT: hypercalls and the like of each operation. cpuload says between which two
# moments nothing else was done.
cpu_counted() {
	xentrace -D -S 512 -e $CPU_MASK $TRACE >$TRACE.err 2>&1 &
	tracer=$!
	sleep 0.5
	seen=$(cpu_points "$1")
	sleep 0.5
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	# shellcheck disable=SC2086
	set -- "$1" $seen
	if [ "$2" = @cpu ]; then
		trace_told "$1" "$5" "$6" "$7"
	else
		failed "$1: $seen"
	fi
	rm -f $TRACE
}
