#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the first disk of a guest with a bootloader is served: to that, and then to the guest;
# and what is said of one that cannot be.

family=bootloader
. ./fake-verbs.sh

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/2/name two
}

# It is lent to the bootloader as it is, and is never domain 0's own.
start
echo 1 >"$tmp/disk1"
cat >"$tmp/new.cfg" <<END
name = 'new'
memory = 64
bootloader = 'pygrub'
bootargs = '-q --entry=1'
disk = [ 'format=raw,vdev=xvda,access=rw,backendtype=phy,script=block-xenify,target=$tmp/disk1',
	'phy:/dev/null,xvdb,r' ]
END
run 0 create -nq "$tmp/new.cfg"
grep -q "vdev=xvda,access=rw,target=$tmp/disk1'" "$tmp/out" || { cat "$tmp/out"; bad=1; }
grep -q "bootloader_args = \[ '-q', '--entry=1' \]" "$tmp/out" || bad=1
refused 5 'new: bootloader pygrub: there is no disk to boot from' create -q "$tmp/new.cfg" 'disk=[]'
refused 5 'new: bootloader pygrub: disk xvda, the first, is not raw' create -q "$tmp/new.cfg" \
	"disk=['$tmp/disk1,qcow2,xvda,w']"
refused 5 'new: bootloader pygrub: disk xvda, the first, would have to be one of domain 0' \
	create -q "$tmp/new.cfg" "disk=['format=raw,vdev=xvda,access=rw,script=block-x,target=x']"
FAKE_DIRECT=1 refused 5 'new: bootloader pygrub: disk xvda, the first, would have to be one' \
	create -q "$tmp/new.cfg" "disk=['phy:$tmp/disk1,xvda,w!']"
refused 5 "new: kernel /usr/lib/grub-xen/none: .*; try 'apt install grub-xen-host'" \
	create -q "$tmp/new.cfg" bootloader= kernel=/usr/lib/grub-xen/none
FAKE_DIRECT=1 run 0 create -pq "$tmp/new.cfg" "disk=['file:$tmp/disk1,xvda,w']"
called "create 3 new
lent $tmp/disk1 by libxl
served $tmp/disk1 by block-xenify"
nodes /local/domain/3/name other
run 0 create -pq "$tmp/new.cfg" "disk=['file:$tmp/disk1,xvda,w']"
called "create 4 new
lent $tmp/disk1 by libxl
served $tmp/disk1 by libxl"
verdict disks

# What it says itself is in a log that libxl names.
start
FAKE_FAIL=create run 1 create -pq "$tmp/new.cfg" "disk=['file:$tmp/disk1,xvda,w']"
says "xm: new: pygrub finds nothing to boot on disk xvda, $tmp/disk1: bootloader failed - consult logfile"
verdict finds_nothing
