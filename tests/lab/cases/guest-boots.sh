# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest boots, runs commands with their output and status, and powers off when asked
# tier: gate
# covers: arch/ patches/ configs/ tools/lab/
# takes: 4
. /lab/tests/lib.sh

guest_create g1
equal "output" "one two" "$(guest_run g1 'echo one two')"
guest_run g1 'exit 42'
equal "exit status" 42 $?
equal "kernel release" "$(guest_run g1 uname -r)" "$(guest_run g1 cat /proc/sys/kernel/osrelease)"
guest_works g1 'echo written >/root/file && grep -q written /root/file'
guest_shutdown g1
