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
{
	sleep 0.5
	stat_of vbd-1-51712 statistics/rd_sect 20580
	stat_of vbd-1-51728 statistics/wr_sect 2048
	stat_of vif-1-0 net/vif1.0/statistics/tx_bytes 2001000
	nodes /fake/1/time 1800000000
} &
run 0 top --json -i 1 -d 1
wait
json 'd[0]["name"] == "one" and 20 <= d[0]["cpu_percent"] <= 31 and len(d) == 3'
json '7000000 <= d[0]["disk_read"] <= 10500000 and 700000 <= d[0]["disk_written"] <= 1050000'
json '1400000 <= d[0]["net_in"] <= 2001000 and d[0]["net_out"] == 0 and d[1]["disk_read"] == 0'
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
	verdict top_on_a_screen
fi

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
FAKE_FAIL=back run 8 reboot -w -t 1 one
says 'reboot: 1 not back after 1 s'
start
FAKE_FAIL=deaf run 8 shutdown -t 1 one
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
rm "$XM_LOGS"/*
run 0 log
[ ! -s "$tmp/out" ] || bad=1
verdict log
