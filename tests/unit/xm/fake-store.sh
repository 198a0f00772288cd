# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A directory in the place of xenstore, for the scripts that test programs on a
# machine without Xen (fake-xenstore.c). Sourced by them.

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
store=$tmp/store
export FAKE_STORE=$store FAKE_WRITTEN=$tmp/written

# nodes PATH VALUE...: as somebody else would write them
nodes()
{
	while [ $# -gt 1 ]; do
		mkdir -p "$(dirname "$store$1")"
		printf %s "$2" >"$store$1"
		shift 2
	done
}
