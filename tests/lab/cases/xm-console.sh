# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=debug guest=debug smp=2 memory=2G
# shows: xm create -c shows the guest's first lines, xm console the later ones; Ctrl-] leaves both
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
cfg=$(guest_config g1)
LAB_GUESTS=g1
(sleep 60; printf '\035') | timeout 120 xm create -c "$cfg" >$LAB_DIR/first 2>$LAB_DIR/err
equal "status of xm create -c" 0 $?
contains "how to leave" "leave it with Ctrl-]" "$(cat $LAB_DIR/err)"
contains "the first line" "Linux version" "$(cat $LAB_DIR/first)"
guest_wait g1
(sleep 5; printf '\035') | timeout 60 xm console g1 >$LAB_DIR/later 2>/dev/null &
sleep 2
guest_works g1 'echo on-the-console >/dev/hvc0'
wait $!
contains "the console" on-the-console "$(cat $LAB_DIR/later)"
refuses "a console of nobody" xm console nobody
guest_destroy g1
