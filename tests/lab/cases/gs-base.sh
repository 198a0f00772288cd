# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a program keeps its bases of FS and GS, whatever runs on its CPU in between, and sees nobody else's
# tier: gate
# covers: arch/x86/xen/
# takes: 18
. /lab/tests/lib.sh

# The lab's own disk has the program.
guest_create g1 vcpus=2 disk="format=raw,vdev=xvdb,access=r,script=/lab/bin/lab-block,target=/dev/lab/kit"
guest_works g1 'mount -o ro /dev/xvdb /mnt'
seconds=$(lab_times 3 5 60)
works "in Dom0" gsbase "$seconds"
works "moving in Dom0" fsmoves 2
guest_works g1 "/mnt/bin/gsbase $seconds"
guest_works g1 "/mnt/bin/fsmoves 2"
# One CPU for all of them.
guest_works g1 "taskset -c 0 /mnt/bin/gsbase $seconds"
guest_shutdown g1
