# SPDX-License-Identifier: GPL-2.0-or-later
# shows: vCPUs go and come back under load, by the host and by the guest, and have their interrupts, timers and numbers again
# tier: full
# gate: time-in-a-guest
# covers: arch/x86/xen/smp/ arch/x86/xen/time/ arch/x86/xen/cpu/
# takes: 30
# debug: yes
XM=xl
. /lab/tests/lib.sh
. /lab/tests/clock.sh

online() { guest_run g1 'cat /sys/devices/system/cpu/online'; }
has() { [ "$(online)" = "$1" ]; }
# interrupts NAME CPU: how many there were
interrupts() { guest_run g1 "awk '\$NF == \"$1$2\" { print \$($2 + 2) }' /proc/interrupts"; }

guest_create g1 vcpus=4 memory=256
clock_prepare g1
equal "at the start" 0-3 "$(online)"
guest_works g1 "echo $(gzip -c /lab/tests/vcpus.py | base64 -w0) | base64 -d | gunzip >/tmp/vcpus.py"
equal "CPUs' numbers" good "$(guest_run g1 'python3 /tmp/vcpus.py getcpu')"
equal "CPUs' numbers in Dom0" good "$(python3 /lab/tests/vcpus.py getcpu)"
# A program stands still on a CPU that goes and comes back: its registers are loaded anew.
guest_works g1 'for round in 1 2 3; do
	python3 /tmp/vcpus.py rounding 2 >/run/rounding &
	until grep -q "^State:.*stopped" /proc/$!/status; do sleep 0.1; done
	echo 0 >/sys/devices/system/cpu/cpu2/online || exit
	echo 1 >/sys/devices/system/cpu/cpu2/online || exit
	kill -CONT $!
	wait $!
	cat /run/rounding
	grep -qx good /run/rounding || exit
done'
# Programs that compute, that move between CPUs, and that have pages unmapped elsewhere.
guest_works g1 'cat >/run/load <<-"EOF"
	import mmap, os, threading, time
	def flush():
	    while True:
	        pages = mmap.mmap(-1, 1 << 16)
	        pages[::4096] = bytes(16)
	        pages.close()
	        time.sleep(0.001)
	for _ in range(3):
	    threading.Thread(target=flush).start()
	EOF
	for _ in 1 2; do
		setsid python3 /run/load >/run/load.out 2>&1 </dev/null &
		setsid sh -c "while :; do :; done" >/dev/null 2>&1 </dev/null &
	done'

works "one vCPU" xl vcpu-set --ignore-host g1 1
within 60 "the host takes vCPUs away" has 0
equal "interrupts of those that are gone" "" \
	"$(guest_run g1 "awk '\$NF ~ /^(timer|resched|callfunc|callfuncsingle|irqwork|spinlock)[1-3]\$/' /proc/interrupts")"
works "three vCPUs" xl vcpu-set --ignore-host g1 3
guest_works g1 'sleep 1; echo 1 >/sys/devices/system/cpu/cpu1/online
	echo 1 >/sys/devices/system/cpu/cpu2/online'
equal "they are back" 0-2 "$(online)"

rounds=$(lab_times 5 10 100)
guest_works g1 "for _ in \$(seq $rounds); do for cpu in 2 1; do
	echo 0 >/sys/devices/system/cpu/cpu\$cpu/online || exit
	echo 1 >/sys/devices/system/cpu/cpu\$cpu/online || exit
done; done"
equal "they are back again" 0-2 "$(online)"
timers=$(interrupts timer 2)
calls=$(interrupts resched 2)
guest_works g1 'taskset -c 2 python3 /tmp/clock.py sleep; python3 /tmp/clock.py forward 2'
at_least "timer interrupts of CPU 2" $((timers + 20)) "$(interrupts timer 2)"
at_least "calls to CPU 2" $((calls + 1)) "$(interrupts resched 2)"
equal "the load's complaints" "" "$(guest_run g1 cat /run/load.out)"
guest_shutdown g1
