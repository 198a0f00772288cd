# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: threads that write to new pages of one table at the same moment lose none of them
# tier: gate
# covers: arch/x86/xen/mmu/ tests/lab/firsttouch.c
# takes: 10
# debug: yes
. /lab/tests/lib.sh

# The lab's own disk has the program. There are more vCPUs than CPUs.
guest_create g1 vcpus=2 disk="format=raw,vdev=xvdb,access=r,script=/lab/bin/lab-block,target=/dev/lab/kit"
guest_works g1 'mount -o ro /dev/xvdb /mnt'
seconds=$(lab_times 3 10 120)
works "in Dom0" firsttouch "$seconds"
firsttouch "$seconds" >$LAB_DIR/first 2>&1 &
guest_works g1 "/mnt/bin/firsttouch $seconds"
wait $! || fail "in Dom0 beside a guest: $(cat $LAB_DIR/first)"
say "in Dom0: $(cat $LAB_DIR/first)"
guest_works g1 'umount /mnt'
guest_shutdown g1
