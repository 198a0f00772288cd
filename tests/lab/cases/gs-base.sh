# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a program keeps its base of GS, whatever runs on its CPU in between, and sees nobody else's
# tier: gate
# covers: arch/x86/xen/
# takes: 15
. /lab/tests/lib.sh

guest_create g1 vcpus=2
guest_works g1 "echo $(gzip -c /lab/tests/gsbase.py | base64 -w0) | base64 -d | gunzip >/tmp/gsbase.py"
seconds=$(lab_times 3 5 60)
works "in Dom0" python3 /lab/tests/gsbase.py "$seconds"
guest_works g1 "python3 /tmp/gsbase.py $seconds"
# One CPU for all of them.
guest_works g1 "taskset -c 0 python3 /tmp/gsbase.py $seconds"
guest_shutdown g1
