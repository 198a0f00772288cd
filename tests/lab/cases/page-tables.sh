# SPDX-License-Identifier: GPL-2.0-or-later
# shows: processes find in every page what they wrote, whatever forks, moves, protects and unmaps meanwhile
# tier: full
# gate: guest-boots gs-base
# covers: arch/x86/xen/mmu/
# takes: 52
# debug: yes
. /lab/tests/lib.sh

guest_create g1 vcpus=2
guest_works g1 "echo $(gzip -c /lab/tests/pagetables.py | base64 -w0) | base64 -d | gunzip >/tmp/pagetables.py"
seconds=$(lab_times 5 15 120)
works "in Dom0" python3 /lab/tests/pagetables.py "$seconds"
guest_works g1 "python3 /tmp/pagetables.py $seconds"
# Without locks of others in between, and with every switch of processes on one CPU.
guest_works g1 "taskset -c 0 python3 /tmp/pagetables.py $seconds"
guest_shutdown g1
