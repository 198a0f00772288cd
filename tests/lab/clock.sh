# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Clocks of guests. Sourced after lib.sh, as /lab/tests/clock.sh.

# clock_prepare GUEST: let it have clock.py, as /tmp/clock.py.
clock_prepare() {
	guest_works "$1" "echo $(gzip -c /lab/tests/clock.py | base64 -w0) |
		base64 -d | gunzip >/tmp/clock.py"
}

# same_time GUEST: its time of day is Dom0's, within the time that asking takes.
same_time() {
	lab_before=$(date +%s)
	lab_there=$(guest_run "$1" 'date +%s')
	lab_after=$(date +%s)
	[ "$lab_there" -ge $((lab_before - 1)) ] && [ "$lab_there" -le $((lab_after + 1)) ] ||
		fail "the guest's time of day is $lab_there, between $lab_before and $lab_after here"
}
