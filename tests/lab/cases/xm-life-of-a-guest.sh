# SPDX-License-Identifier: GPL-2.0-or-later
# shows: paused, rebooted, shut down: the guest and its watcher do what they are told
# tier: gate
# covers: tools/xm/watch.c tools/xm/cmd-shutdown.c tools/xm/cmd-watch-domain.c tools/xm/cmd-reboot.c
# takes: 11
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
works "shutting down" xm shutdown -w -t 240 g1
refuses "the guest is gone" xm domid g1
within 30 "the watcher is gone" unwatched
equal "what libxl kept" "" "$(ls /var/lib/xen | grep g1)"
