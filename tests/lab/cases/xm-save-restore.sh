# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest is saved and goes on, once; what fails or is killed leaves it running, and no file; xl reads the same files
# tier: gate
# covers: tools/xm/cmd-save.c tools/xm/cmd-restore.c tools/xm/cmd-undo-save.c tools/xm/saved.c tools/xm/launch.c
# covers: tools/xm/watch.c tools/xm/start.c tools/xm/op.c
# takes: 10
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
mkdir -p /images/saved
at_exit "rm -rf /images/saved"
file=/images/saved/g1
guest_create g1 memory=64
guest_works g1 'sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >/run/sleeper'
goes_on() { guest_works g1 'kill -0 $(cat /run/sleeper)'; }
watched() { pgrep -f '[x]m watch-domain' >/dev/null; }
id=$(guest_id g1)

# A checkpoint: it runs on, is still watched over, and is not restored beside itself.
works "a checkpoint" xm save -c g1 $file
equal "the same domain" "$id" "$(guest_id g1)"
goes_on
watched || fail "nobody watches over it any more"
refuses "itself a second time" xm restore -f $file
contains "the message" "in use by domain $id" "$(cat $LAB_DIR/works)"
refuses "where there is no room" xm save g1 /proc/g1
goes_on
equal "files" g1 "$(ls /images/saved)"

# Killed whenever it likes: the guest goes on, and no file has the name.
rm -f $file
times=$(lab_times "200" "50 100 200 300 400 600" "10 50 100 150 200 250 300 350 400 500 600 700 800")
for ms in $times; do
	xm save g1 $file >/dev/null 2>&1 &
	sleep "$(awk "BEGIN { print $ms * $LAB_SLOW / 10000 }")"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	within 60 "nothing is left of $ms ms" sh -c '! pgrep -f "[x]m undo-save" && [ -z "$(ls /images/saved | grep partial)" ]'
	if [ -e $file ]; then
		guest_gone g1 60
		works "it comes back" xm restore $file
		rm -f $file
	fi
	goes_on
done

works "saving" xm save g1 $file
guest_gone g1 10
equal "files" g1 "$(ls /images/saved)"
within 30 "nobody watches over it" sh -c '! pgrep -f "[x]m watch-domain"'
head -c 1000000 $file >$file.torn
xm restore $file.torn 2>$LAB_DIR/err
equal "status for a torn file" 1 $?
contains "the message" "g1: could not be restored" "$(cat $LAB_DIR/err)"
guest_gone g1 10

# Xl reads it, and writes what xm reads.
works "restoring with xl" xl restore $file
goes_on
works "saving with xl" xl save g1 $file.xl
guest_gone g1 10
works "restoring with xm" xm restore $file.xl
goes_on
watched || fail "nobody watches over what was restored"
guest_destroy g1
refuses "what has run on since" xm restore $file.xl
contains "the message" "has run on since it was saved" "$(cat $LAB_DIR/works)"
