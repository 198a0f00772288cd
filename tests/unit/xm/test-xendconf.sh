#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What xend's files say of interfaces holds for every guest that xm makes; with an error
# in them none is made.

family=xendconf
. ./fake-verbs.sh
etc=$OUT/etc
mkdir -p "$etc"
trap 'rm -rf "$tmp" "$etc"' EXIT

# made SXP CONF: a guest's configuration, with this in xend's two files
made()
{
	rm -f "$etc"/*
	[ -z "$1" ] || echo "$1" >"$etc/xend-config.sxp"
	[ -z "$2" ] || echo "$2" >"$etc/xend.conf"
	printf '%s\n' 'name = "g1"' 'memory = 64' "kernel = '/dev/null'" \
		"vif = [ 'mac=00:16:3e:00:00:01${3:+,$3}' ]" >"$tmp/g1"
	begin
	run "${4:-0}" create -n "$tmp/g1"
}

has()
{
	grep -q -- "$1" "$tmp/out" || { echo "want: $1"; cat "$tmp/out"; bad=1; }
}

lacks()
{
	! grep -q -- "$1" "$tmp/out" || { echo "not: $1"; cat "$tmp/out"; bad=1; }
}

made '' ''
lacks antispoof
made '(vif-antispoof yes)' ''
has script=vif-antispoof
made '(vif-antispoof yes)' 'vif-antispoof = no'
lacks antispoof
made '' 'vif-antispoof = yes'
has script=vif-antispoof
made "(network-script 'network-bridge antispoof=yes')" ''
has script=vif-antispoof
made '(vif-antispoof yes)' '' antispoof=0
lacks antispoof
verdict guards_interfaces

made '(vif-antispoof maybe)' '' '' 5
says "xend-config.sxp: line 1: vif-antispoof: 'maybe' is neither yes nor no"
made '(vif-antispoof yes' '' '' 5
says 'xend-config.sxp: line 1: a parenthesis is not closed'
made '' 'vif-antispof = yes' '' 5
says 'xend.conf: line 1: there is no key vif-antispof'
# Libxl could not read such a guest's configuration again.
made $'(vif-script m\xfcller)' '' '' 5
says 'xend-config.sxp: line 1: vif-script: it is not UTF-8'
made '' $'vif-bridge = br\xfccke' '' 5
says 'xend.conf: line 1: vif-bridge: it is not UTF-8'
made $'(vif-bridge br\xc3\xbccke)' $'# br\xfccke\nvnc-listen = br\xfccke'
rm "$etc"/*
mkdir "$etc/xend.conf"
run 5 create -n "$tmp/g1"
says 'xend.conf: Is a directory'
rmdir "$etc/xend.conf"
nodes /local/domain/0/name Domain-0 /local/domain/1/name one
echo '(vif-antispoof maybe)' >"$etc/xend-config.sxp"
refused 5 "neither yes nor no" network-attach one
verdict with_errors_makes_nothing
