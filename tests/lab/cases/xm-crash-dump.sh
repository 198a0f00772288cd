# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that crashes leaves a dump that only root can read, or itself under another name, and is there again
# tier: full
# gate: xm-life-of-a-guest
# covers: tools/xm/end.c tools/xm/dump.c
# takes: 23
# limit: 400
# allow: sysrq: Trigger a crash
# allow: Kernel panic - not syncing: sysrq triggered crash
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"

new_id() {
	now=$(xm domid g1 2>/dev/null) && [ "$now" != "$1" ]
}

at_exit "rm -rf /var/lib/xen/dump"
rm -rf /var/lib/xen/dump
guest_create g1 memory=128 line='on_crash = "coredump-restart"'
id=$(guest_id g1)
guest_run g1 'echo c >/proc/sysrq-trigger' &
within 240 "the guest comes back" new_id "$id"
guest_wait g1
at_least "MiB of the dump" 100 $(($(cat /var/lib/xen/dump/g1-* | wc -c) >> 20))
equal "its directory" 700 "$(stat -c %a /var/lib/xen/dump)"
guest_shutdown g1

# The one that is set aside has its disk no more, which the new one has.
truncate -s 8M /images/renamed.img
at_exit "rm -f /images/renamed.img"
guest_create g1 memory=128 line='on_reboot = "rename-restart"' disk=file:/images/renamed.img,xvdb,w
id=$(guest_id g1)
guest_works g1 'echo kept | dd of=/dev/xvdb bs=512 conv=sync oflag=direct'
works "rebooting" xm reboot g1
within 240 "the guest comes back" new_id "$id"
guest_wait g1
equal "its disk" kept "$(guest_run g1 'head -n 1 /dev/xvdb')"
equal "the old one" "g1-$id" "$(xm domname "$id")"
works "the old one goes" xm destroy "g1-$id"
guest_shutdown g1
