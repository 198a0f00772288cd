#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verbs about many guests: how they end.

family=host
. ./fake-verbs.sh

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/2/name two
}

start
run 0 shutdown -w one two
called "shutdown 1
shutdown 2"
start
run 0 shutdown -R one
called "reboot 1"
start
run 0 reboot -aw
called "reboot 1
reboot 2"
[ -e "$store/local/domain/101/name" ] || bad=1
start
FAKE_FAIL=back run 8 reboot -w -t 1 one
says 'reboot: 1 not back after 1 s'
start
FAKE_FAIL=deaf run 8 shutdown -t 1 one
says "shutdown: 1 still up after 1 s; 'xm destroy' ends them"
start
FAKE_FAIL=shutdown run 1 shutdown one
says "one: did not listen"
: >"$tmp/calls"
refused 2 'needs either -a or domains' reboot
refused 2 'unknown option -R' reboot -R one
run 1 reboot 0
says 'is this very domain; reboot the host instead'
verdict end
