# SPDX-License-Identifier: GPL-2.0-or-later
# shows: xm create -c shows a guest from its first line to its login; xm console comes back to it
# tier: gate
# covers: tools/xm/cmd-console.c
# takes: 8
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
seen=$LAB_DIR/seen

# Somebody sits at a terminal, and types: xenconsole reads from nothing else.
mkfifo $LAB_DIR/typed
types() {
	printf "$1" >&9
}

# shows WHAT TEXT: it comes on the console; if not, what came instead is printed.
shows() {
	within 240 "$1" sh -c "grep -aq '$2' $seen || ! cat $seen"
}

# on_console COMMAND: runs it on the terminal, in the background.
on_console() {
	: >$seen
	script -qefc "$1" $seen <$LAB_DIR/typed >/dev/null &
	console=$!
	exec 9>$LAB_DIR/typed
}

# leaves: Ctrl-], which ends the program but not the guest.
leaves() {
	types '\035'
	wait $console
	equal "status after Ctrl-]" 0 $?
	exec 9>&-
	contains "how to leave" "leave it with Ctrl-]" "$(cat $seen)"
	works "the guest goes on" xm domid g1
}

cfg=$(guest_config g1)
LAB_GUESTS=g1
sed -i 's/ xenify.agent / /' "$cfg"
on_console "xm create -c $cfg"
shows "the first line" 'Linux version'
shows "the login" 'g1 login: '
types 'root\n'
shows "a shell's prompt" 'root@g1:'
types 'echo sum=$((40 + 2)); tty\n'
shows "what the shell computed" 'sum=42'
shows "where it runs" '/dev/hvc0'
leaves

on_console "xm console g1"
# What is typed before the terminal is ready may be lost.
answers() {
	types 'echo sum=$((50 + 3))\n'
	sleep 1
	grep -aq sum=53 $seen
}
within 240 "the same shell answers" answers
leaves
refuses "a console of nobody" xm console nobody
guest_destroy g1
