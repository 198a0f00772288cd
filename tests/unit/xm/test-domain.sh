#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verbs about a domain's memory, virtual CPUs and name, and what is done to it as a
# whole: what they ask of libxl, what they print, and what they refuse.

family=domain
. ./fake-verbs.sh

# nothing_left: of a core dump
nothing_left()
{
	[ -z "$(find "$tmp" -maxdepth 1 -name 'core*')" ]
}

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /fake/0/vcpus 1 /fake/0/online 1 \
		/local/domain/1/name one /local/domain/2/name two \
		/local/domain/1/memory/static-max 262144
}

# Of a number that is too large libxl takes the last 32 bits.
start
run 0 uptime 1
refused 3 '4294967297: no such domain' mem-set 4294967297 200
refused 3 '18446744073709551617: no such domain' sysrq 18446744073709551617 h
refused 3 ': no such domain' sysrq '' h
verdict a_number_is_all_of_it

# Names that xl took may have anything in them, and so may what somebody types.
start
nodes /local/domain/1/name "$(printf 'b\303\266se \377\033[2J\233')" /local/domain/2/name "$(printf 'a\302\233b')"
nothing_obeyed()
{
	! LC_ALL=C grep -q "$(printf '\033\\|\233')" "$tmp/out" "$tmp/err" || bad=1
}
run 0 list
nothing_obeyed
grep -q "^$(printf 'b\303\266se') ??\[2J? " "$tmp/out" || bad=1
run 0 list -l
nothing_obeyed
run 0 vcpu-list
nothing_obeyed
run 0 list --json
json "d[1]['name'] == 'b\xf6se ?\x1b[2J?' and d[2]['name'] == 'a??b'"
run 0 vcpu-list --json 2
json "d[0]['name'] == 'a??b'"
run 3 sysrq "$(printf 'a\033[2J\nb')" h
says 'xm: a?\[2J b: no such domain'
verdict no_terminal_obeys

# xendomains looks for these words, as they are printed.
start
nodes /fake/1/state ---s--
run 0 list --json one
grep -q '"shutdown_reason": "suspend"' "$tmp/out" || bad=1
run 0 list --json two
! grep -q shutdown_reason "$tmp/out" || bad=1
rm "$store/fake/1/state"
verdict says_why_it_is_down

start
run 0 mem-set one 200
called "target 1 204800 relative=0 enforce=1"
run 0 balloon 1 0.125g
called "target 1 131072 relative=0 enforce=1"
run 0 mem-set -w one 131072k
called "target 1 131072 relative=0 enforce=1"
run 0 mem-set 0 512MiB
called "target 0 524288 relative=0 enforce=1"
refused 1 'one: has room for 256 MiB, not for 300; give it a larger maxmem' mem-set one 300
refused 1 'one: has room for 256 MiB, not for 257' mem-set one 262145k
refused 1 'one: cannot live on 1 KiB: its kernel alone takes about 20 MiB' mem-set one 1k
refused 1 'two: cannot live on 16383 KiB' balloon two 16383k
refused 2 "'0' is not an amount of memory" mem-set one 0
run 0 mem-set -f one 1k
called "target 1 1 relative=0 enforce=1"
run 0 mem-set one 20
called "target 1 20480 relative=0 enforce=1"
refused 3 'none: no such domain' mem-set none 100
refused 2 "'much' is not an amount of memory" mem-set one much
refused 2 "balloon: 'much' is not an amount .*usage: xm balloon " balloon one much
refused 2 'needs a domain and an amount' mem-set one
FAKE_FAIL=target run 1 mem-set one 64
says 'xm: one: its memory could not be set: '
: >"$tmp/calls"
# Two has 128 MiB, and of 1 GiB more only 512 MiB are there.
run 0 mem-set two 1152
says 'two: only 512 of the 1024 MiB more that it is to have are free'
verdict mem_set

start
FAKE_SET_BACK=1 FAKE_FAIL=balloon run 8 mem-set -t 1 one 64
says 'one: has 128 MiB after 1 s, not 64'
verdict mem_set_does_not_wait_for_ever

start
run 0 mem-max one 300
called "maxmem 1 307200"
run 0 maxmem two 1g
called "maxmem 2 1048576"
FAKE_FAIL=maxmem run 1 mem-max one 1
says 'xm: one: its most memory could not be set: '
verdict mem_max

start
run 0 vcpu-set one 1
called "online 1 0"
run 0 vcpu-set one 2
called "online 1 0-1"
nodes /fake/2/vcpus 8
refused 1 'two: this host has 4 CPUs' vcpu-set two 8
run 0 vcpu-set -i two 8
called "online 2 0-7"
refused 1 'one: has 2 virtual CPUs at most; give it more with maxvcpus' vcpu-set one 3
refused 2 "'0' is not a number of virtual CPUs" vcpu-set one 0
refused 3 'no such domain' vcpu-set none 1
verdict vcpu_set

start
nodes /fake/2/online 1
run 0 vcpu-list two
prints "Name ID VCPU CPU State Time(s) Affinity (Hard Soft)
two 2 0 0 -b- 0.0 0,2 all
two 2 1 - --p 0.5 all all"
run 0 vcpu-list
[ "$(cut -d ' ' -f 1 "$tmp/out" | sort | uniq -c | tr -s ' \n' ' ')" = \
	" 1 Domain-0 1 Name 2 one 2 two " ] || bad=1
run 0 vcpu-list --json one two
json 'len(d) == 4 and d[0]["name"] == "one" and d[0]["vcpu"] == 0 and d[0]["cpu"] == 0'
json 'd[3]["cpu"] == -1 and d[3]["time_ns"] == 500000000 and d[3]["hard_affinity"] == "all"'
run 3 vcpu-list one none
says 'none: no such domain'
grep -q '^one ' "$tmp/out" || bad=1
FAKE_FAIL=vcpus run 1 vcpu-list two
says 'two: its virtual CPUs could not be listed'
FAKE_FAIL=ends run 0 vcpu-list two
[ ! -s "$tmp/err" ] || bad=1
verdict vcpu_list

start
run 0 vcpu-pin one 1 0-2,^1
called "pin 1 1 hard=0,2 soft=-"
run 0 pincpu one all -1
called "pin 1 0 hard=all soft=-
pin 1 1 hard=all soft=-"
run 0 vcpu-pin -f one 0 - 3
called "force 1 0 hard=- soft=3"
run 0 vcpu-pin one 0 1 2
called "pin 1 0 hard=1 soft=2"
refused 3 'one: has no virtual CPU 2, but 0 to 1' vcpu-pin one 2 0
refused 2 "one: '0-' is not a list of CPUs" vcpu-pin one 0 0-
refused 1 "one: this host has no CPU of '7'" vcpu-pin one 0 7
refused 2 "'-' leaves all as it is" vcpu-pin one 0 -
refused 2 "'-' leaves all as it is" vcpu-pin one 0 - -
FAKE_FAIL=pin run 1 vcpu-pin one 1 0
says 'one: virtual CPU 1 could not be pinned'
: >"$tmp/calls"
refused 2 'pincpu: needs a domain, a virtual CPU and a list of CPUs; usage: xm pincpu ' pincpu one 0
verdict vcpu_pin

start
run 0 rename one web
called "rename 1 one web"
refused 6 'web: two is the name of domain 2' rename web two
refused 2 "a number would be taken for that of a domain" rename web 7
refused 2 'a name is not empty' rename one ''
refused 2 'only letters, digits' rename one "$(printf 'a\033[2J')"
refused 2 "'..' may not be in a name" rename one ../etc
refused 1 'is this very domain' rename 0 host
refused 2 'needs a domain and a new name' rename one
verdict rename

start
now=$(date +%s)
nodes /fake/1/start $((now - 90061))
run 0 uptime one two
tr -s ' ' <"$tmp/out" >"$tmp/all"
grep -q '^one 1 1 days, 01:01:0[1-9]$' "$tmp/all" || bad=1
grep -q '^two 2 -$' "$tmp/all" || bad=1
run 0 uptime --json 0 one
json "0 < d[0]['uptime_s'] <= $now and d[1]['started'] == $((now - 90061))"
json '90061 <= d[1]["uptime_s"] < 90090'
verdict uptime

start
run 0 sysrq one s
called "sysrq 1 s"
refused 2 "'so' is not one letter or digit" sysrq one so
refused 2 "'' is not one letter or digit" sysrq one ''
refused 1 'is this very domain' sysrq 0 s
FAKE_FAIL=sysrq run 1 sysrq one s
says 'one: the key could not be pressed'
: >"$tmp/calls"
run 0 trigger one nmi 1
called "trigger 1 nmi 1"
refused 3 'one: has no virtual CPU 2, but 0 to 1' trigger one nmi 2
refused 2 "'bell' is none of nmi, reset" trigger one bell
FAKE_FAIL=trigger run 1 trigger one power
says 'one: a PV guest takes nothing but nmi'
verdict sysrq_and_trigger

start
run 0 dump-core one "$tmp/core"
called "pause 1
dump 1
unpause 1"
[ "$(cat "$tmp/core")" = memory ] || bad=1
[ "$(stat -c %a "$tmp/core")" = 600 ] || bad=1
says "one: core dump written to $tmp/core"
run 0 dump-core -L one "$tmp/core"
called "dump 1"
run 0 dump-core -C one "$tmp/core"
called "pause 1
dump 1
destroy-domain 1"
nodes /local/domain/1/name one
run 0 dump-core -R one "$tmp/core"
called "pause 1
dump 1
unpause 1
reboot 1"
nodes /local/domain/1/name one
nodes /fake/1/state --p---
run 0 dump-core one "$tmp/core"
called "dump 1"
rm "$tmp/core" "$store/fake/1/state"
FAKE_FAIL=dump run 1 dump-core -C one "$tmp/core"
called "pause 1
dump 1
unpause 1"
says 'one: no core dump was written'
nothing_left || bad=1
run 1 dump-core one "$tmp/none/core"
says 'one: no core dump: .*/none/core.*: No such file or directory'
called "pause 1
unpause 1"
FAKE_FAIL=pause run 1 dump-core one "$tmp/core"
called "pause 1"
says 'one: could not be paused'
nothing_left || bad=1
refused 2 'exclude each other' dump-core -C -R one "$tmp/core"
refused 1 'is this very domain' dump-core 0 "$tmp/core"
verdict dump_core

# What is there already is not written to, nor does a name stop being what it is.
start
mkfifo "$tmp/core"
run 1 dump-core -L one "$tmp/core"
says "one: no core dump: $tmp/core is there, and not a plain file"
called ''
[ -p "$tmp/core" ] || bad=1
rm "$tmp/core"
echo others >"$tmp/others"
chmod 666 "$tmp/others"
(
	echo "$BASHPID" >"$tmp/pid"
	ln -s "$tmp/others" "$tmp/core.$BASHPID.partial"
	exec "$xm" dump-core -L one "$tmp/core" 2>"$tmp/err"
) && bad=1
says "one: no core dump: $tmp/core.$(cat "$tmp/pid").partial: File exists"
[ "$(cat "$tmp/others")" = others ] || bad=1
rm "$tmp/core".*
verdict dump_core_is_a_new_file

start
FAKE_KILL=dump run 137 dump-core one "$tmp/core"
soon has_called "pause 1
dump 1
unpause 1"
soon nothing_left
: >"$tmp/calls"
FAKE_KILL=dump run 137 dump-core -L one "$tmp/core"
soon nothing_left
called "dump 1"
FAKE_FAIL=dump-in-time "$xm" dump-core one "$tmp/core" 2>"$tmp/err" &
soon test -e "$tmp/core.$!.partial"
[ "$(stat -c %a "$tmp/core.$!.partial")" = 600 ] || bad=1
kill $!
wait $!
[ $? -eq 1 ] || bad=1
says 'dump-core: interrupted'
soon has_called "pause 1
dump 1
unpause 1"
soon nothing_left
verdict dump_core_broken_off
