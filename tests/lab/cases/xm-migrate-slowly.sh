# SPDX-License-Identifier: GPL-2.0-or-later
# shows: while a guest's memory still comes others are made, but none with its disk, and it arrives
# tier: full
# gate: xm-save-restore
# covers: tools/xm/cmd-migrate.c tools/xm/cmd-migrate-receive.c tools/xm/lock.c tools/xm/claim.c
# takes: 25
# limit: 400
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
truncate -s 16M /images/moved.img
at_exit "rm -f /images/moved.img"
# A way to another host that has no more for now, after 8 MiB, until it is told to go on.
cat >$LAB_DIR/ssh <<EOF
#!/usr/bin/python3
import os, subprocess, sys, time
there = subprocess.Popen(" ".join(sys.argv[2:]), shell=True, stdin=subprocess.PIPE)
passed = 0
while data := os.read(0, 65536):
    there.stdin.write(data)
    there.stdin.flush()
    before, passed = passed, passed + len(data)
    if before < 8 << 20 <= passed:
        open("$LAB_DIR/held", "w").close()
        while not os.path.exists("$LAB_DIR/go"):
            time.sleep(0.1)
there.stdin.close()
sys.exit(there.wait())
EOF
chmod +x $LAB_DIR/ssh

guest_create g1 memory=96 disk=file:/images/moved.img,xvdb,w
guest_works g1 'echo kept | dd of=/dev/xvdb bs=512 conv=sync oflag=direct status=none'
id=$(guest_id g1)
xm migrate -s $LAB_DIR/ssh g1 elsewhere >$LAB_DIR/out 2>&1 &
move=$!
within 60 "its memory is on its way" test -e $LAB_DIR/held
guest_create g2
guest_works g2 true
refuses "a guest with its disk" xm create "$(guest_config g3 disk=file:/images/moved.img,xvdb,w)"
contains "why" "/images/moved.img" "$(cat $LAB_DIR/works)"
guest_shutdown g2
kill -0 $move || fail "it did not wait: $(cat $LAB_DIR/out)"
touch $LAB_DIR/go
wait $move || fail "moving: $(cat $LAB_DIR/out)"
[ "$(guest_id g1)" -gt "$id" ] || fail "it is domain $(guest_id g1), was $id"
equal "its disk" kept "$(guest_run g1 'dd if=/dev/xvdb bs=512 count=1 iflag=direct status=none | head -n 1')"
guest_shutdown g1
