# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Domain 1 is the guest "one", and what it is saved to is in a directory of its own. Sourced
# by tests after they have set family.

. ./fake-verbs.sh
dir=$tmp/files
mkdir "$dir"

start()
{
	begin
	rm -rf "${dir:?}"/*
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one
}

# left NAME...: these files are there, and no others
left()
{
	[ "$(ls "$dir")" = "$*" ] || { echo "left: $(ls "$dir")"; bad=1; }
}

# other_end LINE...: what ssh would start is a script
other_end()
{
	printf '%s\n' '#!/bin/sh' "$@" >"$tmp/ssh"
	chmod +x "$tmp/ssh"
}
