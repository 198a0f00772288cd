# SPDX-License-Identifier: GPL-2.0-or-later
# shows: weights and caps of guests are listed, set and felt; what Xen 2.0's schedulers were told is translated
# tier: full
# gate: xm-change-guest
# covers: tools/xm/sched.c tools/xm/classic-sched.c tools/xm/cmd-sched-credit.c tools/xm/cmd-sched-credit2.c
# covers: tools/xm/cmd-sched-rtds.c tools/xm/cmd-bvt.c tools/xm/cmd-atropos.c tools/xm/cmd-rrobin.c tools/xm/cmd-bvt-ctxallow.c
# takes: 17
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
guest_create g1 memory=64
value() { xm sched-credit2 g1 | awk -v c="$1" 'NR == 2 { print $c }'; }
equal "at first" "256 0" "$(value 3) $(value 4)"
works "atropos" xm atropos g1 100000000 50000000 0 1
equal "weight and cap" "128 0" "$(value 3) $(value 4)"
works "atropos, no more" xm atropos g1 100000000 20000000 0 0
equal "weight and cap" "51 20" "$(value 3) $(value 4)"

# The cap is felt: a guest that computes gets a fifth of a CPU.
guest_works g1 'setsid sh -c "while :; do :; done" >/dev/null 2>&1 </dev/null &'
xm top --json -d 10 -i 1 >$LAB_DIR/top
used=$(python3 -c '
import json, sys
print({g["name"]: g for g in json.load(open(sys.argv[1]))}["g1"]["cpu_percent"])' $LAB_DIR/top)
say "with a cap of 20: $used %"
[ "$used" -le 30 ] && [ "$used" -ge 5 ] || fail "with a cap of 20: $used %"
works "no cap" xm sched-credit2 -d g1 -c 0 -w 256

rate() { xm sched-credit2 -s | awk '{ print $2 }'; }
before=$(rate)
at_exit "xm sched-credit2 -s -r $before"
works "an allowance" xm bvt_ctxallow 5000000
equal "rate limit" 5000 "$(rate)"
works "a slice" xm rrobin 2000000
equal "rate limit" 2000 "$(rate)"
refuses "another scheduler" xm sched-rtds g1
contains "the message" "use 'xm sched-credit2'" "$(cat $LAB_DIR/works)"
guest_destroy g1
