# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest that crashes leaves a dump that only root can read, and is there again
# tier: full
# gate: xm-life-of-a-guest
# covers: tools/xm/watch.c
# takes: 40
# limit: 400
# allow: sysrq: Trigger a crash
# allow: Kernel panic - not syncing: sysrq triggered crash
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"

new_id() {
	id=$(xm domid g1 2>/dev/null) && [ "$id" != "$1" ]
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
