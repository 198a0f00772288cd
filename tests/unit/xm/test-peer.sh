#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Migrations with another end that is old, slow, gone, or does not want to end.

family=peer
. ./fake-files.sh

ready='echo "xm migration 1 ready"; head -c 48 >/dev/null; echo accept'
received='grep -aq stream; echo received; read -r line'

start
other_end 'echo "xm migration 2 ready"; sleep 100'
run 1 migrate -s "$tmp/ssh" one there
says 'one: xm on there is of another version'
called ''
verdict of_another_version

# A signal that comes after "go" changes nothing.
start
other_end "$ready; $received" 'kill -TERM $PPID; sleep 2; echo running'
run 0 migrate -s "$tmp/ssh" one there
called "suspend 1
rename 1 one one--moved
destroy-domain 1"
# One from the terminal is not for who leads to the other end.
start
other_end 'kill -INT $$; kill -HUP $$' "$ready; $received; echo running"
run 0 migrate -s "$tmp/ssh" one there
start
other_end "$ready" 'grep -aq stream; kill -TERM $PPID; exec sleep 100'
run 1 migrate -s "$tmp/ssh" one there
says 'one: was not moved, and goes on here: interrupted'
called "suspend 1
resume 1 cancel=1"
verdict signals

start
other_end "trap '' TERM" 'echo "xm migration 1 ready"; head -c 48 >/dev/null; echo no' 'exec sleep 100'
began=$SECONDS
run 1 migrate -s "$tmp/ssh" one there
[ $((SECONDS - began)) -lt 60 ] || { echo "took $((SECONDS - began)) s"; bad=1; }
grep -q 'one: there does not take it; it goes on here' "$tmp/err" || bad=1
called ''
verdict that_does_not_end

# Nobody reads what this end says any more: it clears up itself all the same.
start
run 0 save one "$dir/f"
: >"$tmp/calls"
{ sleep 0.5; cat "$dir/f"; } | "$xm" migrate-receive >"$tmp/out" 2> >(:)
status=${PIPESTATUS[1]}
[ "$status" -eq 1 ] || { echo "status $status"; bad=1; }
called "restore 1 one--incoming
destroy-domain 1"
grep -qx failed "$tmp/out" || { cat "$tmp/out"; bad=1; }
verdict that_is_gone
