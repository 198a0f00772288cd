# SPDX-License-Identifier: GPL-2.0-or-later
# shows: of two guests made at the same moment with the same disk, or name, exactly one is made
# tier: gate
# covers: tools/xm/busy.c tools/xm/cmd-create.c
# takes: 3
# limit: 400
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
truncate -s 1M /tmp/contested
at_exit "rm -f /tmp/contested"
a=$(guest_config g1 memory=64 disk='file:/tmp/contested,xvdb,w')
b=$(guest_config g2 memory=64 disk='file:/tmp/contested,xvdb,w')
LAB_GUESTS="g1 g2"
xm create -p "$a" 2>$LAB_DIR/err.a &
pid=$!
xm create -p "$b" 2>$LAB_DIR/err.b
second=$?
wait $pid
first=$?
say "statuses: $first $second; $(cat $LAB_DIR/err.a $LAB_DIR/err.b)"
[ $first -eq 0 ] || [ $second -eq 0 ] || fail "neither was made"
[ $first -ne 0 ] || [ $second -ne 0 ] || fail "both were made"
equal "guests" 1 "$(xm list --json | grep -c '"name": "g[12]"')"
contains "the reason" "in use by" "$(cat $LAB_DIR/err.a $LAB_DIR/err.b)"
