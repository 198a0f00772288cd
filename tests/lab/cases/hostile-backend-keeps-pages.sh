# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a disk whose backend never answers and keeps pages can be removed; nobody gets the pages
# tier: full
# gate: hostile-backend
# covers: tests/hostile/ drivers/block/frontend/life.c drivers/xen/ring/channel.c
# takes: 19
# debug: yes
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/hostile.sh

truncate -s 16M /images/victim.img
at_exit "rm -f /images/victim.img"
guest_create victim memory=192 disk=file:/images/victim.img,xvdb,w
hostile_back victim
within 60 "the hostile half serves" guest_run victim 'dd if=/dev/xvdb of=/dev/null bs=64k count=1 iflag=direct'

# It says nothing for a while: the reader waits, and gets its data.
back_play victim hold 3000 &
sleep 1
guest_works victim 'dd if=/dev/xvdb of=/dev/null bs=4k count=4 iflag=direct'
wait $! || fail "the reader got no data"

# It maps what it is asked to read to, and answers never.
guest_works victim "setsid sh -c 'while dd if=/dev/xvdb of=/dev/null bs=32k iflag=direct 2>/run/reader; do :; done
	echo ended >>/run/reader' </dev/null >/dev/null 2>&1 &"
back_play victim keep 1
refuses "the reader waits" guest_run victim 'grep ended /run/reader'
guest_works victim "echo $(front_device) >/sys/bus/xen/drivers/vbd/unbind"
within 30 "the reader fails" guest_run victim 'grep "Input/output error" /run/reader'

# It writes to those pages from here on: whoever gets most of the memory must not see it.
guest_works victim "cat >/run/room.py <<'END'
import os, time
free = [int(l.split()[1]) for l in open('/proc/meminfo') if l.startswith('MemFree')][0]
room = bytearray(free * 1024 * 3 // 4)
for at in range(0, len(room), 4096):
    room[at] = 1
open('/run/filled', 'w').close()
while not os.path.exists('/run/look'):
    time.sleep(0.1)
print('foreign bytes:', room.count(b'\\xee'), flush=True)
END
echo 3 >/proc/sys/vm/drop_caches
setsid python3 /run/room.py </dev/null >/run/room 2>&1 &"
within 60 "the memory is taken" guest_run victim 'test -e /run/filled'
back_play victim release 1
guest_works victim 'touch /run/look'
within 60 "the memory is looked at" guest_run victim 'grep . /run/room'
equal "the memory" "foreign bytes: 0" "$(guest_run victim 'cat /run/room')"
back_report victim

# Let go at last, it can be an honest disk again.
back_play victim release
honest_back victim
guest_works victim "echo $(front_device) >/sys/bus/xen/drivers/vbd/bind"
within 60 "the disk is back" guest_run victim 'dd if=/dev/xvdb of=/dev/null bs=64k'
guest_shutdown victim
