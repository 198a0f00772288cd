# SPDX-License-Identifier: GPL-2.0-or-later
# shows: paused, rebooted, shut down: the guest and its watcher do what they are told
# tier: gate
# covers: tools/xm/watch.c tools/xm/end.c tools/xm/keep.c tools/xm/cmd-undo-create.c tools/xm/cmd-shutdown.c tools/xm/cmd-watch-domain.c tools/xm/cmd-reboot.c
# takes: 20
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"

letters() {
	xm list "$1" | awk 'NR == 2 { print $5 }'
}
new_id() {
	id=$(xm domid "$1" 2>/dev/null) && [ "$id" != "$2" ]
}
watched() {
	pgrep -f '[x]m watch-domain' >/dev/null
}

unwatched() {
	! watched
}

cfg=$(guest_config g1)
LAB_GUESTS=g1
# A relative path is that of the directory that it is made in; its watcher is in another.
sed -i "s#^kernel = .*#kernel = '$(basename "$XENIFY_GUEST_KERNEL")'#" "$cfg"
cd "$(dirname "$XENIFY_GUEST_KERNEL")" || fail "no such directory"
works "creating it paused" xm create -p "$cfg"
contains "state" p "$(letters g1)"
works "unpausing" xm unpause g1
guest_wait g1
works "pausing" xm pause g1
contains "state" p "$(letters g1)"
works "unpausing" xm unpause g1
guest_works g1 true
equal "domname" g1 "$(xm domname "$(xm domid g1)")"

id=$(guest_id g1)
works "rebooting" xm reboot g1
within 240 "the guest comes back" new_id g1 "$id"
guest_wait g1

watched || fail "there is no watcher"
xm watch-domain g1 2>/dev/null
equal "status of a second watcher" 6 $?
xm watch-domain nosuch 2>/dev/null
equal "status of a watcher for nobody" 3 $?
# Who has lost its watcher, and has ended, is dealt with when it gets another.
works "killing the watcher" pkill -f '[x]m watch-domain'
id=$(guest_id g1)
guest_run g1 'reboot -f' >/dev/null 2>&1 &
within 240 "it lies there" sh -c "xm list g1 | awk 'NR == 2 { print \$5 }' | grep -q s"
works "another watcher" xm watch-domain g1
within 240 "the guest comes back" new_id g1 "$id"
guest_wait g1

works "shutting down" xm shutdown -w -t 240 g1
refuses "the guest is gone" xm domid g1
within 30 "the watcher is gone" unwatched
equal "what libxl kept" "" "$(ls /var/lib/xen | grep g1)"

# Whenever xm is killed while it makes a guest, nothing of that stays.
for ms in 100 300 600 1000; do
	xm create -p "$cfg" >/dev/null 2>&1 &
	sleep "$(awk "BEGIN { print $ms / 1000 }")"
	kill -9 $! 2>/dev/null || works "it was done already" xm destroy g1
	wait $! 2>/dev/null
	within 60 "nothing is there of it" sh -c '! xm list | grep -qe g1 -e "(null)" && ! pgrep -f "[x]m undo-create"'
done
within 60 "no watcher" unwatched
equal "what libxl kept" "" "$(ls /var/lib/xen | grep g1)"
