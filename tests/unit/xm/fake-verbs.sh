# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# How a script tests verbs of xm on a machine that isn't there (fake.h). Sourced by them
# after they have set family, which their cases' names begin with.

xm=$OUT/xm-fake
. ./fake-store.sh
export FAKE_CALLS=$tmp/calls XM_GUEST_LOCK=$tmp/guest.lock XM_RESTORE_LOCK=$tmp/restore.lock

# begin: an empty store, and no calls yet
begin()
{
	rm -rf "$store"
	: >"$tmp/calls"
}

# verdict NAME: on all that was done since the last one
bad=0
verdict()
{
	if [ $bad -eq 0 ]; then echo "ok ${family}_$1"; else echo "FAIL ${family}_$1"; fi
	bad=0
}

# run STATUS ARGUMENT...
run()
{
	want=$1
	shift
	"$xm" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	have=$?
	if [ $have -ne "$want" ]; then
		echo "xm $*: status $have, want $want"
		sed 's/^/    /' "$tmp/err"
		bad=1
	fi
}

# says PATTERN: standard error is one line that has it
says()
{
	if [ "$(wc -l <"$tmp/err")" -ne 1 ] || ! grep -q -- "$1" "$tmp/err"; then
		echo "want: $1"
		sed 's/^/    /' "$tmp/err"
		bad=1
	fi
}

# refused STATUS PATTERN ARGUMENT...: one line that says it, and nothing is done
refused()
{
	pattern=$2
	run "$1" "${@:3}"
	says "$pattern"
	[ ! -s "$tmp/out" ] || bad=1
	[ ! -s "$tmp/calls" ] || { echo "called: $(cat "$tmp/calls")"; bad=1; }
}

called()
{
	if [ "$(cat "$tmp/calls")" != "$1" ]; then
		echo "called: $(cat "$tmp/calls")"
		echo "want: $1"
		bad=1
	fi
	: >"$tmp/calls"
}

# soon COMMAND...: it is true before long
soon()
{
	for _ in $(seq 200); do
		"$@" && return
		sleep 0.1
	done
	echo "not soon: $*"
	bad=1
}

# has_called TEXT: what was called, when others may still be at it
has_called()
{
	[ "$(cat "$tmp/calls")" = "$1" ]
}

# prints TEXT: standard output, with runs of blanks as one
prints()
{
	if [ "$(tr -s ' ' <"$tmp/out")" != "$1" ]; then
		echo "printed:"
		cat "$tmp/out"
		echo "want:"
		echo "$1"
		bad=1
	fi
}

# json EXPRESSION: is true of d, which was printed
json()
{
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(not eval(sys.argv[2]))' "$tmp/out" "$1" || {
		echo "not true: $1"
		cat "$tmp/out"
		bad=1
	}
}
