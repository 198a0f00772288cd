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
