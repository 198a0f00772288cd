#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What bash completes after "xm".

family=completion
. ./fake-verbs.sh
export XM_GUESTS=$tmp/guests
xm()
{
	"$OUT/xm-fake" "$@"
}
. ../../../tools/install/completion/xm

# completes TO WORD...: after these words, of which the last is not complete, comes TO
completes()
{
	to=$1
	shift
	COMP_WORDS=(xm "$@") COMP_CWORD=$#
	_xm
	[ "${COMPREPLY[*]}" = "$to" ] || { echo "xm $*: ${COMPREPLY[*]}; want $to"; bad=1; }
}

begin
nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/2/name other
mkdir "$XM_GUESTS"
: >"$XM_GUESTS/web.cfg"
: >"$tmp/web.save"
completes "vcpu-set vcpu-list vcpu-pin" vcpu-
completes "bvt bvt_ctxallow" bv
completes "balloon" ball
completes "sched-credit sched-credit2" sched-c
completes "one other" destroy o
completes "web" start w
completes "$tmp/web.save" restore "$tmp/web.s"
completes "$tmp/web.save" save one "$tmp/web.s"
# shellcheck disable=SC2016
nodes /local/domain/2/name 'other$(touch${IFS}'"$tmp"'/ran)' /local/domain/3/name "\`touch\${IFS}$tmp/ran\`"
completes "one" destroy o
completes "" destroy x
[ ! -e "$tmp/ran" ] || { echo 'a name was run'; bad=1; }
completes "nmi" trigger one n
completes "one" hvm2pv on
completes "--autopass" vncviewer --a
completes "--vncviewer --vncviewer-autopass" create --vnc
completes "--boot" hvm2pv --b
completes "--checkpoint" save --ch
completes "--ignore-host" vcpu-set --ig
completes "--tslice_ms" sched-credit --t
completes "shutdown" help shutd
completes "--ssh-key" image-create web --ssh
mkdir -p "$tmp/root/var/lib/xenify/images"
printf 'state=ready\ndisk=/d\nconfig=/c\n' >"$tmp/root/var/lib/xenify/images/web.image"
SYSROOT=$tmp/root completes "web" image-delete w
SYSROOT=$tmp/root completes "web" image-resize w
SYSROOT=$tmp/root completes "" image-resize web w
verdict words
