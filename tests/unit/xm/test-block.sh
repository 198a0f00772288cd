#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verbs about disks, with a directory in the place of xenstore and no libxl: what they
# ask of libxl, what they refuse, and what is left when something fails.

family=block
. ./fake-verbs.sh

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/1/vm /vm/a
}

start
refused 2 'needs a domain and a disk' block-attach one
refused 5 'is not a disk name' block-attach one phy:/dev/x,zz,w
refused 5 'it is not UTF-8' block-attach one $'phy:/dev/\xfc,xvdb,w'
verdict attach_says_what_is_wrong

: >"$tmp/image"
start
run 0 block-attach one "file:$tmp/image,xvdb,w"
called "disk-add 1 xvdb"
refused 6 'has a disk xvdb already' block-attach one "file:$tmp/image,xvdb,w"
run 0 block-detach one xvdb
called "disk-remove 1 xvdb"
refused 3 'has no disk xvdb' block-detach one xvdb
verdict attach_and_detach

# What failed does not stay: its guest could not be made anew with it.
start
FAKE_FAIL=disk-add run 1 block-attach one "file:$tmp/image,xvdb,w"
says 'one: the disk could not be attached'
called "disk-add 1 xvdb
disk-destroy 1 xvdb"
run 0 block-attach one "file:$tmp/image,xvdb,w"
: >"$tmp/calls"
# Nothing of it is there, or it is somebody else's.
FAKE_FAIL=disk-early run 1 block-attach one "file:$tmp/image,xvdc,w"
called "disk-add 1 xvdc"
nodes /libxl/1/device/vbd/xvdc/dev xvdb
FAKE_FAIL=disk-exists run 1 block-attach one "file:$tmp/image,xvdc,w"
called "disk-add 1 xvdc"
verdict attach_leaves_nothing_that_failed

# Several at a time get their turn.
start
for name in xvdb xvdc xvdd xvde; do
	FAKE_FAIL=disk-slow "$xm" block-attach one "file:$tmp/image,$name,w" 2>>"$tmp/err" &
	jobs[${#jobs[@]}]=$!
done
for job in "${jobs[@]}"; do
	wait "$job" || bad=1
done
[ "$(wc -l <"$tmp/calls")" -eq 4 ] || bad=1
verdict attach_side_by_side
