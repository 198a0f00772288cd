#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is done to HVM guests, which may hear nothing, and have a screen.

family=hvm
. ./fake-verbs.sh
unset VNCVIEWER

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/2/name two \
		/fake/1/hvm 1 /fake/1/nopv 1
}

start
refused 1 'one: has no PV driver to hear it; -F presses its power button' shutdown one
refused 1 'one: has no PV driver to hear it; -F presses its reset button' reboot one
run 0 shutdown -F -t 20 one
called "trigger 1 power 0
heeds 1"
start
run 0 reboot -F -t 20 one
called "end 1 1
resets 1"
start
# Who hears is asked.
run 0 shutdown -F two
called "shutdown 2"
start
FAKE_FAIL=trigger run 1 shutdown -F one
says 'one: its button could not be pressed'
start
FAKE_FAIL=heeds run 8 shutdown -F -t 1 one
verdict buttons_of_who_hears_nothing

start
run 0 trigger one reset
called "end 1 1
resets 1"
run 0 button-press two reset
called "trigger 2 reset 0"
start
FAKE_FAIL=end run 1 trigger one reset
says 'one: did not take it'
FAKE_FAIL=xc run 1 trigger one reset
says 'one: did not take it'
verdict trigger_reset

start
refused 1 "one: has no screen; HVM guests have one with vnc = 1" vncviewer one
nodes /local/domain/1/console/vnc-port 5901
VNCVIEWER=$tmp/none refused 1 "one: there is no program $tmp/none; try 'apt install tigervnc-viewer'" \
	vncviewer one
export VNCVIEWER=/bin/true
run 0 vncviewer one
called "vncviewer 1"
run 0 vncviewer -a 1
called "vncviewer 1 autopass"
FAKE_FAIL=vncviewer run 1 vncviewer one
says 'one: its screen could not be shown'
: >"$tmp/calls"
refused 3 'none: no such domain' vncviewer none
refused 1 'is this very domain' vncviewer 0
verdict vncviewer

start
printf 'name = "new"\ntype = "hvm"\nmemory = 64\n' >"$tmp/new.cfg"
XM_DEVICE_MODEL=$tmp/none refused 5 "new: an HVM guest needs the program $tmp/none; try 'apt install qemu-system-xen'" \
	create "$tmp/new.cfg"
refused 5 "new: device_model_override $tmp/none: No such file" create "$tmp/new.cfg" \
	"device_model_override=$tmp/none"
verdict needs_qemu

start
nodes /local/domain/3/console/vnc-port 5903
export XM_DEVICE_MODEL=/bin/true
run 0 create -A "$tmp/new.cfg"
soon has_called "create 3 new
unpause 3
vncviewer 3 autopass"
nodes /local/domain/3/name other
: >"$tmp/calls"
run 0 create "$tmp/new.cfg"
called "create 4 new
unpause 4"
verdict seen_from_the_start
