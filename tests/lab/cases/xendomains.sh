# SPDX-License-Identifier: GPL-2.0-or-later
# shows: guests of /etc/xen/auto begin and end with the host, whatever becomes of one of them
# tier: full
# gate: xm-life-of-a-guest
# covers: tools/install/xendomains
# takes: 58
# limit: 900
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
at_exit "rm -rf /etc/xen/auto /etc/xen/xendomains.conf /var/lib/xen/save"
mkdir -p /etc/xen/auto
truncate -s 4M /images/data.img
at_exit "rm -f /images/data.img"
for number in 1 2 3; do
	set --
	[ $number != 2 ] || set -- disk=file:/images/data.img,xvdb,w
	ln -s "$(guest_config g$number memory=128 "$@")" /etc/xen/auto/$number-g$number.cfg
	LAB_GUESTS="$LAB_GUESTS g$number"
done
sed 's/^kernel = .*/kernel = "\/nonexistent"/; s/g2/bad/g' "$LAB_DIR/g2.cfg" >/etc/xen/auto/2-bad.cfg

xendomains start >$LAB_DIR/said 2>&1
equal "status" 1 $?
contains "the summary" "3 started, 1 failed" "$(cat $LAB_DIR/said)"
contains "what failed" "bad: bad: kernel /nonexistent: No such file" "$(cat $LAB_DIR/said)"
for number in 1 2 3; do
	guest_wait g$number
done
rm /etc/xen/auto/2-bad.cfg
works "all run" xendomains status
works "again" xendomains start

works "the end" xendomains stop
for number in 1 2 3; do
	refuses "g$number is gone" xm domid g$number
done
refuses "none runs" xendomains status

echo "stop.g2 = save" >/etc/xen/xendomains.conf
works "the start" xendomains start
guest_wait g2
guest_works g2 'echo here >/run/here'
works "the end" xendomains stop
equal "saved" g2 "$(ls /var/lib/xen/save)"
refuses "its disk for a fresh one" xm create $LAB_DIR/g2.cfg
contains "the message" "saved in /var/lib/xen/save/g2" "$(cat $LAB_DIR/works)"
works "the start" xendomains start
equal "saved" "" "$(ls /var/lib/xen/save)"
guest_wait g2
equal "what was in its memory" here "$(guest_run g2 'cat /run/here')"

# One that ran on since: it is made afresh, and what was saved stays out of the way.
works "the end" xendomains stop
works "restoring it by hand" xm restore /var/lib/xen/save/g2
guest_wait g2
guest_destroy g2
xendomains start >$LAB_DIR/said 2>&1
equal "status" 0 $?
contains "what is said" "has run on since it was saved" "$(cat $LAB_DIR/said)"
equal "saved" g2.stale "$(ls /var/lib/xen/save)"
guest_wait g2
refuses "what was in its memory" guest_run g2 'cat /run/here'
works "the end" xendomains stop
