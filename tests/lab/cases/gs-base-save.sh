# SPDX-License-Identifier: GPL-2.0-or-later
# shows: programs keep their bases of FS and GS while vCPUs come and go, and their guest is saved and restored
# tier: full
# gate: gs-base
# covers: arch/x86/xen/switch.c arch/x86/xen/smp/ arch/x86/xen/suspend/
# takes: 60
# limit: 600
# debug: yes
XM=xl
. /lab/tests/lib.sh

KIT="format=raw,vdev=xvdb,access=r,script=/lab/bin/lab-block,target=/dev/lab/kit"
at_exit "rm -f /images/g1.save"
guest_create g1 vcpus=2 disk="$KIT"
guest_works g1 'mount -o ro /dev/xvdb /mnt'
# Around again until it is told to end; what is wrong ends it early.
guest_works g1 "while [ ! -e /tmp/end ]; do /mnt/bin/gsbase 3 || exit; echo ok >>/tmp/good; done \
	>/tmp/said 2>&1 </dev/null && touch /tmp/ended &"
good() { guest_run g1 'cat /tmp/good 2>/dev/null | wc -l'; }
more() { [ "$(good)" -gt $((rounds + 1)) ]; }
goes_on() {
	rounds=$(good)
	within 120 "they go on $1" more || guest_run g1 'cat /tmp/said'
}
rounds=0
goes_on "at first"
for _ in $(seq "$(lab_times 3 5 50)"); do
	guest_works g1 'echo 0 >/sys/devices/system/cpu/cpu1/online; sleep 0.3
		echo 1 >/sys/devices/system/cpu/cpu1/online'
done
goes_on "after vCPU 1 went and came"
for how in -c "" "" -c; do
	works "saving $how" xl save $how g1 /images/g1.save
	if [ -z "$how" ]; then
		guest_gone g1 10
		works "restoring" xl restore /images/g1.save
	fi
	goes_on "after the save $how"
	# With a vCPU that the image does not have, and comes later.
	online=$((1 - ${online:-1}))
	guest_works g1 "echo $online >/sys/devices/system/cpu/cpu1/online"
done
goes_on "at last"
guest_works g1 'touch /tmp/end'
ended() { guest_run g1 'test -e /tmp/ended'; }
within 120 "all they looked at was right" ended
guest_shutdown g1

# And with the instructions on for all.
guest_create g2 vcpus=2 disk="$KIT" extra=xen_lazy_fsgsbase=0
guest_works g2 'mount -o ro /dev/xvdb /mnt'
guest_works g2 "/mnt/bin/gsbase 5"
guest_shutdown g2
