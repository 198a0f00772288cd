# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest moves to a new number on its host, live and not, with its disk, network and watcher, and runs once whatever breaks
# tier: full
# gate: xm-save-restore
# covers: tools/xm/cmd-migrate.c tools/xm/cmd-migrate-receive.c tools/xm/peer.c tools/xm/cmd-resume.c
# takes: 46
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
truncate -s 16M /images/moved.img
at_exit "rm -f /images/moved.img"
guest_create g1 memory=96 vif=lab ip=10.77.0.5/24 disk=file:/images/moved.img,xvdb,w
guest_works g1 'cat >/run/count <<-"EOF"
	n=0
	while [ ! -e /run/end ]; do
		n=$((n + 1))
		printf "%08d\n" $n | dd of=/dev/xvdb bs=512 seek=$((n % 1000)) conv=sync,notrunc oflag=direct status=none ||
			echo "write $n failed" >>/run/wrong
		echo $n >/run/at.new
		mv /run/at.new /run/at
	done
	EOF
	sh /run/count </dev/null >/dev/null 2>&1 &'
goes_on() {
	at=$(guest_run g1 cat /run/at)
	further() { [ "$(guest_run g1 cat /run/at)" -gt "$at" ]; }
	within 60 "it goes on" further
	equal "what went wrong" "" "$(guest_run g1 'cat /run/wrong 2>/dev/null')"
	within 30 "it is on the network" ping -q -c 1 -W 0.5 10.77.0.5
}
one() {
	equal "guests" 1 "$(xm list | tail -n +3 | grep -c .)"
	within 60 "one watches over it" sh -c '[ "$(pgrep -fc "[x]m watch-domain")" = 1 ]'
}

for how in "" --live; do
	id=$(guest_id g1)
	works "moving $how" xm migrate $how g1 localhost
	[ "$(guest_id g1)" -gt "$id" ] || fail "it is domain $(guest_id g1), was $id"
	goes_on
	one
done
# By what ssh would do.
printf '#!/bin/sh\necho "Last login: yesterday"\nshift\nexec "$@"\n' >$LAB_DIR/ssh
chmod +x $LAB_DIR/ssh
works "moving by ssh" xm migrate -s $LAB_DIR/ssh g1 elsewhere
goes_on
one

# Who moves it, or who takes it, is killed whenever it likes: it runs once.
for who in '[x]m migrate g1' '[x]m migrate-receive'; do
	for ms in 50 400 800 1500; do
		xm migrate g1 localhost >$LAB_DIR/out 2>&1 &
		sleep "$(awk "BEGIN { print $ms / 1000 }")"
		pkill -9 -f "$who"
		wait $!
		within 90 "nobody clears up any more ($who, $ms ms)" sh -c '! pgrep -f "[x]m (undo-|migrate)"'
		xm list
		left=$(xm list | awk '$1 ~ /--moved$/ { print $1 }')
		if [ -n "$left" ]; then
			# Killed between "go" and "running": the one that is there has to be found out.
			if guest_exists g1; then
				works "what is left" xm destroy "$left"
				xm unpause g1
			else
				works "it goes on here" xm resume "$left"
			fi
		fi
		goes_on
		[ "$(xm list | tail -n +3 | grep -c .)" = 1 ] || fail "$(xm list)"
		pgrep -f '[x]m watch-domain' >/dev/null || works "a watcher" xm watch-domain g1
	done
done
refuses "nobody who is there" xm migrate -s false g1 nowhere
goes_on
guest_works g1 'touch /run/end'
guest_shutdown g1
