# SPDX-License-Identifier: GPL-2.0-or-later
# shows: two guests run side by side from one root image, and neither sees what the other writes
# tier: full
# gate: net-vlan-multicast
# covers: tools/lab/ arch/
# takes: 8
. /lab/tests/lib.sh

guest_start g1
guest_start g2
guest_wait g1
guest_wait g2
guest_works g1 'echo first >/root/file'
guest_works g2 'test ! -e /root/file'
guest_run g1 'sleep 2; hostname' >$LAB_DIR/one &
equal "name of the second" g2 "$(guest_run g2 hostname)"
wait $!
equal "name of the first" g1 "$(cat $LAB_DIR/one)"
guest_destroy g1
equal "the second goes on" g2 "$(guest_run g2 hostname)"
guest_destroy g2
