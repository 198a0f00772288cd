# SPDX-License-Identifier: GPL-2.0-or-later
# shows: processes that fork, move and unmap go on with what they had when their guest was saved, and restored
# tier: full
# gate: block-save-restore
# covers: arch/x86/xen/mmu/
# takes: 69
# limit: 600
XM=xl
. /lab/tests/lib.sh

at_exit "rm -f /images/g1.save"
guest_create g1 vcpus=2
guest_works g1 "echo $(gzip -c /lab/tests/pagetables.py | base64 -w0) | base64 -d | gunzip >/tmp/pagetables.py"
# Around again until it is told to end; what is wrong ends it early.
guest_works g1 "while [ ! -e /tmp/end ]; do python3 /tmp/pagetables.py 3 || exit; echo ok >>/tmp/good; done \
	>/tmp/said 2>&1 </dev/null && touch /tmp/ended &"
good() { guest_run g1 'cat /tmp/good 2>/dev/null | wc -l'; }
more() { [ "$(good)" -gt $((rounds + 1)) ]; }
rounds=0
within 120 "they run" more
# xl looks after a domain no more when it was called off, so that comes before a save.
for how in -c "" -c ""; do
	works "saving $how" xl save $how g1 /images/g1.save
	if [ -z "$how" ]; then
		guest_gone g1 10
		works "restoring" xl restore /images/g1.save
	fi
	rounds=$(good)
	within 120 "they go on" more
done
guest_works g1 'touch /tmp/end'
ended() { guest_run g1 'test -e /tmp/ended'; }
within 120 "all they looked at was right" ended
guest_shutdown g1
