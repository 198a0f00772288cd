# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a running guest gets other memory, vCPUs, pins and a name, is told keys and dumped, by old names of verbs and new
# tier: gate
# covers: tools/xm/cmd-mem-set.c tools/xm/cmd-mem-max.c tools/xm/cmd-vcpu-set.c tools/xm/cmd-vcpu-list.c
# covers: tools/xm/cmd-vcpu-pin.c tools/xm/cmd-rename.c tools/xm/cmd-uptime.c tools/xm/cmd-sysrq.c
# covers: tools/xm/cmd-dump-core.c tools/xm/dump.c tools/xm/cmd-sched-credit2.c tools/xm/sched.c
# takes: 15
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
guest_create g1 vcpus=2 memory=160 line='maxmem = 224'
id=$(guest_id g1)
total() { guest_run g1 cat /proc/meminfo | awk '/^MemTotal/ { print int($2 / 1024) }'; }
has() { equal "$1" "$2" "$3"; }

before=$(total)
works "more memory" xm mem-set -w g1 220
at_least "memory in MiB" $((before + 55)) "$(total)"
works "less memory" xm balloon -w g1 150
[ "$(total)" -lt "$before" ] || fail "memory: $(total) MiB, was $before"
equal "what xm lists" 150 "$(xm list g1 | awk 'NR == 2 { print $3 }')"
refuses "more than it has room for" xm mem-set g1 300
contains "the message" "has room for 224 MiB" "$(cat $LAB_DIR/works)"
works "a limit" xm maxmem g1 200
refuses "a limit below what it has" xm mem-max g1 100

works "one vCPU" xm vcpu-set g1 1
online() { [ "$(guest_run g1 cat /sys/devices/system/cpu/online)" = "$1" ]; }
within 60 "it has one" online 0
equal "the list" "p" "$(xm vcpu-list g1 | awk 'NR == 3 { print substr($5, 3) }')"
works "two again" xm vcpu-set -i g1 2
within 60 "it is told" sh -c 'xm vcpu-list --json g1 >/dev/null'
refuses "more than there are" xm vcpu-set -i g1 3
works "pinned" xm pincpu g1 0 0
equal "where it may run" "0" "$(xm vcpu-list --json g1 | python3 -c '
import json, sys
v = json.load(sys.stdin)[0]
print(v["hard_affinity"] if v["hard_affinity"] != "all" else v["cpu"])')"
works "anywhere" xm vcpu-pin g1 all all -
refuses "on a CPU that is not there" xm vcpu-pin g1 0 64

works "a weight" xm sched-credit2 -d g1 -w 512
equal "the weight" 512 "$(xm sched-credit2 g1 | awk 'NR == 2 { print $3 }')"
works "an advance, as it was" xm bvt g1 10
equal "the weight again" 256 "$(xm sched-credit2 g1 | awk 'NR == 2 { print $3 }')"

works "a key" xm sysrq g1 h
heard() { guest_run g1 dmesg | grep -q 'sysrq: HELP'; }
within 30 "it is heard" heard
refuses "a button that a PV guest has not" xm trigger g1 power

works "a dump" xm dump-core g1 /images/core
at_exit "rm -f /images/core"
at_least "MiB of it" 100 $(($(stat -c %s /images/core) >> 20))
equal "for whom it is" 600 "$(stat -c %a /images/core)"
guest_works g1 true

at_least "seconds that it is there" 1 "$(xm uptime --json g1 | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["uptime_s"])')"
works "another name" xm rename g1 web
at_exit "! xm domid web >/dev/null 2>&1 || xm destroy web"
equal "its number" "$id" "$(xm domid web)"
refuses "the old one" xm domid g1
# Somebody else may be called so, and be watched over.
cfg=$(guest_config g1 memory=64)
works "another g1" xm create -p "$cfg"
works "it goes" xm destroy g1
works "the old name" xm rename web g1
guest_shutdown g1
