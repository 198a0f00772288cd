# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that was saved goes on with its clocks, none of which goes backwards, and has the right time of day at once
# tier: full
# gate: time-in-a-guest block-save-restore
# covers: arch/x86/xen/time/ arch/x86/xen/suspend/ arch/x86/xen/smp/
# takes: 33
XM=xl
. /lab/tests/lib.sh
. /lab/tests/clock.sh

uptime_of() { guest_run g1 'cut -d. -f1 /proc/uptime'; }
ahead() { guest_run g1 'python3 /tmp/clock.py log'; }
stolen() { guest_run g1 "awk '/^cpu / { print \$9 }' /proc/stat"; }

at_exit "rm -f /images/g1.save"
guest_create g1 vcpus=3
clock_prepare g1
# Xen knows a CPU that is offline at the save no more afterwards.
guest_works g1 'echo 0 >/sys/devices/system/cpu/cpu2/online; python3 /tmp/clock.py steal 2'
guest_works g1 'touch /run/watched
	setsid python3 /tmp/clock.py watch /run/watched >/run/watch 2>&1 </dev/null &'
uptime=$(uptime_of)
stolen=$(stolen)
ahead=$(ahead)

works "a checkpoint" xl save -c g1 /images/g1.save
guest_works g1 'python3 /tmp/clock.py sleep'
works "saving" xl save g1 /images/g1.save
guest_gone g1 10
sleep 8
works "restoring" xl restore /images/g1.save
guest_works g1 'python3 /tmp/clock.py sleep'
same_time g1

at_least "seconds since the start" "$uptime" "$(uptime_of)"
at_least "ticks stolen" "$stolen" "$(stolen)"
guest_works g1 'rm /run/watched; sleep 1; cat /run/watch'
# The monotonic clock stood still meanwhile.
longest=$(guest_run g1 'cat /run/watch')
case $longest in
[0-9]*.[0-9]*) ;;
*) fail "the watcher of clocks: $longest" ;;
esac
[ "${longest%.*}" -lt 8 ] || fail "the monotonic clock went on while the guest was saved: $longest s"
# So did that of the kernel's log.
equal "times of the log that go back" "" "$(guest_run g1 "dmesg | tr -d '[]' |
	awk '\$1 + 0 < last + 0 { print last, \$0 } { last = \$1 }'")"
moved=$(($(ahead) - ahead))
[ "${moved#-}" -lt 2000 ] || fail "the log's clock went on for $moved ms"

guest_works g1 'echo 1 >/sys/devices/system/cpu/cpu2/online && python3 /tmp/clock.py forward 1 &&
	taskset -c 2 python3 /tmp/clock.py sleep'
guest_shutdown g1
