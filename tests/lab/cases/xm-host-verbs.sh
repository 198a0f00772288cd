# SPDX-License-Identifier: GPL-2.0-or-later
# shows: managed guests, lists, what guests use, reboots that are waited for, consoles and the log, as a person types them
# tier: full
# gate: xm-change-guest xm-life-of-a-guest
# covers: tools/xm/cmd-new.c tools/xm/cmd-start.c tools/xm/cmd-delete.c tools/xm/managed.c tools/xm/cmd-list.c
# covers: tools/xm/cmd-top.c tools/xm/meter.c tools/xm/cmd-log.c tools/xm/cmd-consoles.c tools/xm/down.c tools/xm/sxp.c
# takes: 26
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
truncate -s 16M /images/used.img
at_exit "rm -rf /images/used.img /etc/xen/guests /var/log/xen/xm-g1.log"
rm -f /var/log/xen/xm-g1.log
cfg=$(guest_config g1 memory=96 vif=lab ip=10.77.0.5/24 disk=file:/images/used.img,xvdb,w)
LAB_GUESTS=g1
works "keeping it" xm new "$cfg"
equal "how it is listed" "g1 -" "$(xm list -m | awk 'NR == 2 { print $1, $2 }')"
works "starting it" xm start g1
guest_wait g1
refuses "forgetting it" xm delete g1
contains "its console" /dev/pts/ "$(xm consoles | awk '$1 == "g1" { print $3 }')"
contains "an S-expression" "(uname file:/images/used.img)" "$(xm list -l g1)"
equal "the S-expression's brackets" "$(xm list -l | tr -cd '(' | wc -c)" "$(xm list -l | tr -cd ')' | wc -c)"

# What it uses: a second of work, seen from outside; the time between two looks is a little
# more than what was asked for.
guest_works g1 '(sleep 2; dd if=/dev/zero of=/dev/xvdb bs=1M count=8 oflag=direct; cat /dev/xvdb >/dev/null
	ping -q -c 30 -i 0.05 -s 1400 10.77.0.1) >/dev/null 2>&1 </dev/null &'
xm top --json -d 15 -i 1 >$LAB_DIR/top
say "$(tr -d '\n ' <$LAB_DIR/top)"
works "what it used" python3 -c '
import json, sys
d = {g["name"]: g for g in json.load(open(sys.argv[1]))}
g = d["g1"]
assert g["cpu_percent"] >= 1, "CPU"
assert g["disk_written"] * 15.5 >= 8 << 20, "written"
assert g["net_out"] * 15 >= 30 * 1400, "sent"
assert g["net_in"] * 15 >= 30 * 1400, "received"
assert d["Domain-0"]["memory"] > 0' $LAB_DIR/top

id=$(guest_id g1)
works "rebooting" xm reboot -w -t 300 g1
[ "$(guest_id g1)" -gt "$id" ] || fail "it is domain $(guest_id g1), was $id"
guest_wait g1
works "rebooting all, by another word" xm shutdown -aR -w -t 300
guest_wait g1
works "shutting down" xm shutdown -w -t 240 g1
contains "the log" "restarted as domain" "$(xm log g1)"
contains "when" "20" "$(xm log -n 1 | cut -c 1-2)"
works "forgetting it" xm delete g1
equal "what is managed" 1 "$(xm list -m | wc -l)"
