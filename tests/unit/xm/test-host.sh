#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verbs about many guests: those that are managed, lists, what they use, how they end,
# and what was said of them.

family=host
. ./fake-verbs.sh
export XM_GUESTS=$tmp/guests XM_LOGS=$tmp/logs XM_SYSFS=$tmp/sys

start()
{
	begin
	rm -rf "$XM_GUESTS" "$XM_LOGS" "$XM_SYSFS"
	mkdir "$XM_LOGS"
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /local/domain/2/name two
}

printf 'name = "web"\nkernel = "%s"\nmemory = 64\n' "$tmp/kernel" >"$tmp/web.cfg"
: >"$tmp/kernel"

start
run 0 new "$tmp/web.cfg" memory=96
grep -qx 'memory = 96' "$XM_GUESTS/web.cfg" || bad=1
[ "$(stat -c %a "$XM_GUESTS/web.cfg")" = 600 ] || bad=1
[ "$(ls -A "$XM_GUESTS")" = web.cfg ] || bad=1
refused 6 "web: there is a managed guest of this name already ($XM_GUESTS/web.cfg)" new "$tmp/web.cfg"
run 0 new -f "$tmp/web.cfg"
grep -qx 'memory = 64' "$XM_GUESTS/web.cfg" || bad=1
run 0 new "$tmp/web.cfg" name=db
refused 5 "the name of a managed guest is that of a file" new "$tmp/web.cfg" name=a/b
refused 5 'No such file' new "$tmp/none"
run 0 list -m
prints "Name ID State File
db - ------ $XM_GUESTS/db.cfg
web - ------ $XM_GUESTS/web.cfg"
run 0 start web
called "create 3 web
unpause 3"
run 0 list -m --json
json 'd[0]["domid"] == -1 and d[1]["domid"] == 3 and d[1]["name"] == "web" and d[1]["state"] == "-b----"'
refused 6 'web: the name is in use by domain 3' start web
refused 6 'web: is running, as domain 3; shut it down first' delete web
run 0 delete db
[ ! -e "$XM_GUESTS/db.cfg" ] || bad=1
refused 3 'db: no such managed guest' start db
refused 3 'db: no such managed guest' delete db
refused 3 '../x: no such managed guest' start ../x
refused 2 'needs a managed guest' start -p
run 0 start -n web memory=128
grep -qx 'memory = 128' "$tmp/out" || bad=1
run 0 start --help
grep -q '^usage: xm start ' "$tmp/out" || bad=1
verdict managed

start
run 0 list -l
grep -qx '(domain' "$tmp/out" && grep -qx '    (name one)' "$tmp/out" &&
	grep -qx '    (state -b----)' "$tmp/out" && grep -qx '    (cpu_time 1.500)' "$tmp/out" || bad=1
[ "$(tr -cd '(' <"$tmp/out" | wc -c)" -eq "$(tr -cd ')' <"$tmp/out" | wc -c)" ] || bad=1
run 0 list -l --json one
json 'd[0]["config"]["c_info"]["name"] == "one" and d[0]["memory"] == 128'
run 0 list one
[ "$(wc -l <"$tmp/out")" -eq 2 ] || bad=1
run 3 list none two
grep -q '^two ' "$tmp/out" || bad=1
refused 2 '-m lists all managed guests' list -m one
verdict list

# Where it goes may be full.
start
for line in list 'list -l' 'list --json' 'domid one' 'domname 1' 'block-list one' \
	'network-list one' 'config one' consoles uptime help; do
	"$xm" $line >/dev/full 2>"$tmp/err"
	[ $? -eq 1 ] || { echo "$line: no failure"; bad=1; }
	says 'standard output: could not be written'
done
verdict output_that_is_lost

start
run 0 consoles
prints "Name ID Terminal
one 1 /dev/pts/1
two 2 /dev/pts/2"
run 0 consoles --json two
json 'd == [{"name": "two", "domid": 2, "tty": "/dev/pts/2"}]'
verdict consoles

# stat DEVICE NAME VALUE
stat_of()
{
	mkdir -p "$XM_SYSFS/bus/xen-backend/devices/$1"
	mkdir -p "$(dirname "$XM_SYSFS/bus/xen-backend/devices/$1/$2")"
	echo "$3" >"$XM_SYSFS/bus/xen-backend/devices/$1/$2"
}

start
stat_of vbd-1-51712 statistics/rd_sect 100
stat_of vbd-1-51712 statistics/wr_sect 0
stat_of vbd-1-51728 statistics/rd_sect 100
stat_of vif-1-0 net/vif1.0/statistics/tx_bytes 1000
stat_of vif-1-0 net/vif1.0/statistics/rx_bytes 0
stat_of vbd-9-51712 statistics/rd_sect 1000000
# Between the two looks; what is shown is of the time that has passed, a second at the least.
cat >"$tmp/later" <<-END
	cd "$XM_SYSFS/bus/xen-backend/devices"
	echo 20580 >vbd-1-51712/statistics/rd_sect
	echo 2048 >vbd-1-51728/statistics/wr_sect
	echo 2001000 >vif-1-0/net/vif1.0/statistics/tx_bytes
	printf 1800000000 >"$store/fake/1/time"
END
nodes /fake/1/time 1500000000
begun=$(date +%s%N)
FAKE_LATER="sh $tmp/later" run 0 top --json -i 1 -d 1
took="$(($(date +%s%N) - begun)) / 1e9"
json 'd[0]["name"] == "one" and len(d) == 3'
json "30 // ($took) <= d[0]['cpu_percent'] <= 30"
json "20480 * 512 // ($took) <= d[0]['disk_read'] <= 20480 * 512"
json "2048 * 512 // ($took) <= d[0]['disk_written'] <= 2048 * 512"
json "2000000 // ($took) <= d[0]['net_in'] <= 2000000"
json 'd[0]["net_out"] == 0 and d[1]["disk_read"] == 0'
run 0 top -b -i 2 -d 1
[ "$(grep -c '^Name ' "$tmp/out")" -eq 2 ] && [ "$(grep -c '^two ' "$tmp/out")" -eq 2 ] || bad=1
refused 2 'needs a terminal, or -b' top
refused 2 "'0' is not a number of seconds" top -d 0
verdict top

# screen COMMAND: what comes on a terminal of 60 columns, while q is typed.
screen()
{
	{ sleep 1.5; echo q; } | script -qefc "stty cols 60 rows 10; TERM=xterm $1" "$tmp/screen" >/dev/null
}

if command -v script >/dev/null; then
	start
	screen "$xm top -d 1" || bad=1
	grep -q 'xm top ' "$tmp/screen" && grep -q 'one  *1 ' "$tmp/screen" || bad=1
	grep -q "$(printf '\033')\[7mName" "$tmp/screen" || bad=1
	screen "env NO_COLOR=1 $xm top -d 1" || bad=1
	grep -q "$(printf '\033')\[7m" "$tmp/screen" && bad=1
	grep -q 'xm top ' "$tmp/screen" || bad=1
	for term in '' dumb; do
		printf '%s\n' "TERM=$term $xm top" >"$tmp/typed"
		script -qec "sh $tmp/typed" /dev/null </dev/null >"$tmp/out" 2>&1 && bad=1
		grep -q 'needs a terminal, or -b' "$tmp/out" || bad=1
	done
	verdict top_on_a_screen
fi

# What a terminal gets from one that is stopped, goes on on a smaller screen, and is ended.
start
nodes /local/domain/1/name "$(printf 'o\033[5mne')"
cat >"$tmp/terminal" <<'END'
import fcntl, os, pty, select, signal, struct, sys, termios

def size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

def echoes(fd):
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)

def until(fd, what):
    seen = b""
    while what not in seen:
        seen += os.read(fd, 4096)
    return seen

pid, fd = pty.fork()
if not pid:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], ["xm", "top", "-d", "3600"])
signal.alarm(240)
size(fd, 10, 60)
seen = until(fd, b"two ")
assert b"\x1b[?1049h" in seen and b"\x1b[5m" not in seen and b"o?[5mne" in seen, seen
assert not echoes(fd)
os.write(fd, b"\x1a")
until(fd, b"\x1b[?1049l")
assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
assert echoes(fd)
size(fd, 4, 20)
os.kill(pid, signal.SIGCONT)
seen = until(fd, b"Name")
assert b"\x1b[?1049h" in seen and not echoes(fd)
while select.select([fd], [], [], 0.5)[0]:
    seen += os.read(fd, 4096)
assert b"two " not in seen and b"q ends" not in seen and b"\x1b[J" not in seen, seen
size(fd, 10, 60)
until(fd, b"two ")
os.kill(pid, signal.SIGTERM)
until(fd, b"\x1b[?1049l")
assert os.waitpid(pid, 0)[1] == 0
assert echoes(fd)
END
if ! python3 "$tmp/terminal" "$xm" 2>"$tmp/err"; then
	sed 's/^/    /' "$tmp/err"
	bad=1
fi
verdict top_leaves_the_terminal_as_it_was

start
run 0 shutdown -w one two
called "shutdown 1
shutdown 2"
start
run 0 shutdown -R one
called "reboot 1"
start
run 0 reboot -aw
called "reboot 1
reboot 2"
[ -e "$store/local/domain/101/name" ] || bad=1
start
FAKE_SET_BACK=1 FAKE_FAIL=back run 8 reboot -w -t 1 one
says 'reboot: 1 not back after 1 s'
start
for verb in shutdown reboot; do
	FAKE_SET_BACK=1 XM_CLEAR_SECONDS=1 FAKE_FAIL=unwatched run 8 $verb -w one
	says "one: is down, but still there; 'xm destroy one' removes it"
done
start
FAKE_SET_BACK=1 FAKE_FAIL=deaf run 8 shutdown -t 1 one
says "shutdown: 1 still up after 1 s; 'xm destroy' ends them"
start
FAKE_FAIL=shutdown run 1 shutdown one
says "one: did not listen"
: >"$tmp/calls"
refused 2 'needs either -a or domains' reboot
refused 2 'unknown option -R' reboot -R one
run 1 reboot 0
says 'is this very domain; reboot the host instead'
verdict end

start
printf '%s\n' '2026-11-29 10:00:00 xm: one: first' '  and more' '2026-11-29 10:00:02 xm: one: third' \
	>"$XM_LOGS/xm-one.log"
printf '%s\n' '2026-11-29 10:00:01 xm: a/b: second' "$(printf '2026-11-29 10:00:03 \033[2J')" >"$XM_LOGS/xm-a_b.log"
echo 'xm: old: without a time' >"$XM_LOGS/xm-old.log"
run 0 log
prints "xm: old: without a time
2026-11-29 10:00:00 xm: one: first
 and more
2026-11-29 10:00:01 xm: a/b: second
2026-11-29 10:00:02 xm: one: third
2026-11-29 10:00:03 ?[2J"
run 0 log -n 1 one
prints "2026-11-29 10:00:02 xm: one: third"
run 0 log a/b
[ "$(wc -l <"$tmp/out")" -eq 2 ] || bad=1
run 3 log one none
says 'none: has no log'
"$xm" log -f one a/b >"$tmp/out" 2>"$tmp/err" &
soon grep -q 'one: third' "$tmp/out"
printf 'later \033]0;x\n' >>"$XM_LOGS/xm-a_b.log"
soon grep -q '^later ?\]0;x$' "$tmp/out"
grep -q "$(printf '\033')" "$tmp/out" && bad=1
kill $!
wait $!
rm -r "${XM_LOGS:?}"/*
run 0 log
[ ! -s "$tmp/out" ] || bad=1
refused 3 'log: there is nothing to follow yet' log -f
ln -s "$tmp/gone" "$XM_LOGS/xm-one.log"
run 1 log
says 'xm-one.log: No such file'
verdict log
