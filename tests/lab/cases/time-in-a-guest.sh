# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest's clocks go forward, on all CPUs, its sleepers wake in time, it has Dom0's time of day and sees what is stolen
# tier: gate
# covers: arch/x86/xen/time/
# takes: 16
. /lab/tests/lib.sh
. /lab/tests/clock.sh

guest_create g1 vcpus=2
clock_prepare g1
equal "clock source" xen \
	"$(guest_run g1 cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
same_time g1
guest_works g1 'python3 /tmp/clock.py forward 2; python3 /tmp/clock.py sleep'

# Two busy vCPUs, on a machine with one CPU, or with two that Dom0 needs, too.
stolen=$(guest_run g1 'python3 /tmp/clock.py steal 3')
at_least "percent of the time that was stolen" 20 "$stolen"
say "stolen: $stolen %"
same_time g1

# Dom0 sets its clock: who boots afterwards has that time. By itself it tells Xen every 11 minutes.
now=$(date +%s)
at_exit "date -s @\$((\$(date +%s) - 500)) >/dev/null"
works "Dom0's clock" date -s "@$((now + 500))"
guest_create g2
same_time g2
guest_shutdown g2
guest_shutdown g1
