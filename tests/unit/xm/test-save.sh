#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Saving, restoring and moving guests: what is done in which order, what is refused, and
# what is left when something fails or somebody is killed. A guest runs once at most.

family=save
. ./fake-files.sh

start
run 0 save one "$dir/f"
called "suspend 1
destroy-domain 1"
left f
[ "$(stat -c %a "$dir/f")" = 600 ] || bad=1
head -c 32 "$dir/f" | cmp - <(printf 'Xen saved domain, xl format\n \0 \r') || bad=1
[ "$(tail -n 1 "$dir/f")" = stream ] || bad=1
run 0 restore "$dir/f"
called "restore 1 one
unpause 1"
left f
: >"$tmp/calls"
refused 6 'one: the name is in use by domain 1' restore -f "$dir/f"
run 0 destroy one
: >"$tmp/calls"
refused 6 "one: has run on since it was saved.*use -f" restore "$dir/f"
run 0 restore -fp "$dir/f"
called "restore 1 one"
verdict and_restore

start
run 0 save -c one "$dir/f"
called "suspend 1
resume 1 cancel=1"
run 0 rename one other
: >"$tmp/calls"
refused 6 'one: is here already, as domain 1 (other), with the same UUID' restore -f "$dir/f"
run 0 destroy other
: >"$tmp/calls"
refused 6 'one: has run on since it was saved' restore "$dir/f"
start
run 0 save -p one "$dir/f"
called "suspend 1
pause 1
resume 1 cancel=1"
verdict a_checkpoint_is_not_restored_beside_its_guest

start
echo old >"$dir/f"
FAKE_FAIL=suspend run 1 save one "$dir/f"
called "suspend 1
resume 1 cancel=1"
says 'one: was not saved, and goes on: '
# Who destroys it meanwhile is not told that it goes on.
FAKE_FAIL=suspend-gone run 1 save one "$dir/f"
says 'one: was not saved: '
rm "$store/fake/1/state"
nodes /local/domain/1/name one
: >"$tmp/calls"
[ "$(cat "$dir/f")" = old ] || bad=1
left f
FAKE_FAIL=suspend-early run 1 save one "$dir/f"
called "suspend 1"
left f
refused 1 "one: $dir/none/f: No such file" save one "$dir/none/f"
mkdir "$dir/d"
refused 1 'd is there and not a regular file; save it under another name' save one "$dir/d"
mkfifo "$dir/pipe"
refused 1 'pipe is there and not a regular file' save one "$dir/pipe"
rm "$dir/pipe"
left "d
f"
FAKE_FAIL=room refused 1 'one: has 128 MiB of memory, and .* has room for 0 only' save one "$dir/g"
# Its name may be lost with the power: it has none then, and the guest is not taken away.
FAKE_FAIL=sync run 1 save one "$dir/g"
called "suspend 1
resume 1 cancel=1"
left "d
f"
FAKE_FAIL=retrieve refused 1 'one: its configuration is lost' save one "$dir/g"
nodes /fake/1/state --p---
refused 1 'one: is paused' save one "$dir/g"
nodes /fake/1/state ---s--
refused 1 'one: has ended, or stands still to be saved or moved' save one "$dir/g"
nodes /fake/1/state -b---- /fake/1/memory 99999999999999
refused 1 'one: has .* MiB of memory, and .* has room for ' save one "$dir/g"
refused 1 'is this very domain' save 0 "$dir/g"
refused 2 'needs a domain and a file' save one
verdict that_fails_leaves_the_guest_running

start
FAKE_KILL=suspend run 137 save one "$dir/f"
soon has_called "suspend 1
resume 1 cancel=1"
soon left
verdict that_is_killed_leaves_the_guest_running

start
refused 5 "$dir/f: No such file" restore "$dir/f"
echo short >"$dir/f"
refused 5 'f: is no saved guest: it is too short' restore "$dir/f"
head -c 4096 /dev/zero >"$dir/f"
refused 5 'f: is no saved guest of xm or xl' restore "$dir/f"
run 0 save one "$dir/f"
: >"$tmp/calls"
python3 - "$dir/f" "$dir" <<'END'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
def write(name, at, value, cut=None):
    copy = bytearray(data)
    copy[at:at + 4] = struct.pack("<I", value)
    open(sys.argv[2] + "/" + name, "wb").write(copy[:cut])
write("order", 32, 0x04030201)
write("flag", 36, 7)
write("old", 36, 1)
write("huge", 44, 1 << 30)
write("empty", 44, 4)
write("lies", 48, 1 << 20)
write("nil", 0, struct.unpack("<I", b"Xen ")[0])
write("cut", 0, struct.unpack("<I", b"Xen ")[0], 200)
END
sed -i 's/"uuid": "[^"]*"/"uuid": "00000000-0000-0000-0000-000000000000"/' "$dir/nil"
refused 5 'nil: the configuration in it has no UUID' restore "$dir/nil"
refused 5 'order: was saved on a machine of the other byte order' restore "$dir/order"
refused 5 'flag: was saved by a later xl' restore "$dir/flag"
refused 5 'old: was saved by Xen 4.5 or before' restore "$dir/old"
refused 5 'huge: has no configuration' restore "$dir/huge"
refused 5 'empty: has no configuration' restore "$dir/empty"
refused 5 'lies: is not complete' restore "$dir/lies"
refused 5 'cut: is not complete' restore "$dir/cut"
head -c -3 "$dir/f" >"$dir/torn"
run 1 restore "$dir/torn"
grep -q 'one: could not be restored' "$tmp/err" || bad=1
called "restore 1 one
destroy-domain 1"
verdict file_that_is_none

start
run 0 save one "$dir/f"
: >"$tmp/calls"
FAKE_KILL=restore run 137 restore "$dir/f"
soon has_called "restore 1 one
destroy-domain 1"
run 0 restore "$dir/f"
verdict restore_that_is_killed_leaves_nothing

start
run 0 migrate one localhost
called "suspend 1
restore 2 one--incoming
rename 1 one one--moved
rename 2 one--incoming one
unpause 2
destroy-domain 1"
[ "$(cat "$store/local/domain/2/name")" = one ] || bad=1
[ ! -s "$tmp/err" ] || { cat "$tmp/err"; bad=1; }
start
run 0 migrate --live one localhost
grep -q '^suspend 1 live$' "$tmp/calls" || bad=1
start
FAKE_FAIL=shadow run 0 migrate -l one localhost
grep -q '^suspend 1$' "$tmp/calls" || bad=1
says "one: this Xen can't tell what a guest changes"
verdict migrate_to_this_host

# What its disks have under way has to end first: it is asked for anew where it goes on.
disks=$tmp/sys/bus/xen-backend/devices
busy_disk()
{
	mkdir -p "$disks/vbd-1-51712" "$disks/vbd-1-51728" "$disks/vbd-2-51712"
	echo 0 >"$disks/vbd-1-51712/in_flight"
	echo 3 >"$disks/vbd-1-51728/in_flight"
	echo 9 >"$disks/vbd-2-51712/in_flight"
}
export XM_SYSFS=$tmp/sys
start
busy_disk
"$xm" save one "$dir/f" 2>"$tmp/err" &
soon has_called "suspend 1"
sleep 0.3
has_called "suspend 1" && ! [ -e "$dir/f" ] || bad=1
echo 0 >"$disks/vbd-1-51728/in_flight"
wait $! || bad=1
called "suspend 1
destroy-domain 1"
start
busy_disk
"$xm" migrate one localhost 2>"$tmp/err" &
soon has_called "suspend 1
restore 2 one--incoming"
sleep 0.3
has_called "suspend 1
restore 2 one--incoming" || bad=1
pkill -TERM -P $$ -f "migrate one localhost"
wait $! && bad=1
grep -q 'one: was not moved, and goes on here: interrupted' "$tmp/err" || bad=1
soon has_called "suspend 1
restore 2 one--incoming
resume 1 cancel=1
destroy-domain 2"
# Another driver says which device has them. The host's clock is set back all the while.
start
busy_disk
rm "$disks/vbd-1-51728/in_flight"
echo fd:a >"$disks/vbd-1-51728/physical_device"
mkdir -p "$XM_SYSFS/dev/block/253:10"
echo "       1        2" >"$XM_SYSFS/dev/block/253:10/inflight"
nodes /local/domain/0/backend/vbd/1/51728/dev xvdb
FAKE_SET_BACK=1 XM_SETTLE_SECONDS=1 run 1 save one "$dir/f"
says 'one: was not saved, and goes on: xvdb still has 3 requests under way after 1 s'
called "suspend 1
resume 1 cancel=1"
left
echo "       0        0" >"$XM_SYSFS/dev/block/253:10/inflight"
run 0 save one "$dir/f"
rm -r "$XM_SYSFS"
verdict waits_for_what_the_disks_have_under_way

# Another host: what ssh would do is done by a script.
start
cat >"$tmp/ssh" <<END
#!/bin/sh
echo "Welcome to \$1"
shift
[ "\$1 \$2" = "xm migrate-receive" ] || exit 1
exec $(realpath "$xm") migrate-receive
END
chmod +x "$tmp/ssh"
run 0 migrate -s "$tmp/ssh" one there
grep -q '^unpause 2$' "$tmp/calls" && grep -q '^destroy-domain 1$' "$tmp/calls" || bad=1
start
run 1 migrate -s false one there
grep -q 'one: there does not answer' "$tmp/err" || bad=1
called ''
refused 2 "'-oProxyCommand=x' is not the name of a host" migrate one -- -oProxyCommand=x
nodes /local/domain/5/name two
mkdir -p "$tmp/other/local/domain/7"
printf one >"$tmp/other/local/domain/7/name"
sed -i "s,^exec,export FAKE_STORE=$tmp/other\nexec," "$tmp/ssh"
run 1 migrate -s "$tmp/ssh" one there
grep -q 'one: another guest is called so here, domain 7' "$tmp/err" || bad=1
called ''
verdict migrate_by_ssh

# Whatever breaks before "go", it goes on here; nothing is left there.
start
FAKE_FAIL=restore run 1 migrate one localhost
soon has_called "suspend 1
restore 2 one--incoming
destroy-domain 2
resume 1 cancel=1"
grep -q 'was not moved, and goes on here' "$tmp/err" || bad=1
start
FAKE_KILL=restore run 1 migrate one localhost
soon grep -q '^resume 1 cancel=1$' "$tmp/calls"
soon grep -q '^destroy-domain 2$' "$tmp/calls"
grep -q '^destroy-domain 1$' "$tmp/calls" && bad=1
start
FAKE_KILL=suspend run 137 migrate one localhost
soon grep -q '^resume 1 cancel=1$' "$tmp/calls"
verdict migrate_that_fails_leaves_the_guest_running

# After "go", only that the other end has failed lets it go on here.
for said in failed nothing garbage; do
	start
	other_end 'echo "xm migration 1 ready"; head -c 48 >/dev/null; echo accept' \
		'grep -aq stream; echo received; read -r line' \
		"[ $said = nothing ] || echo $said"
	if [ $said = failed ]; then
		run 1 migrate -s "$tmp/ssh" one there
		called "suspend 1
rename 1 one one--moved
resume 1 cancel=1
rename 1 one--moved one"
	else
		run 8 migrate -s "$tmp/ssh" one there
		called "suspend 1
rename 1 one one--moved"
		grep -q "one--moved: nothing is heard of there; if neither 'one' nor 'one--incoming' is in 'xm list' there, 'xm resume" \
			"$tmp/err" || bad=1
		run 0 resume one--moved
		called "resume 1 cancel=1
rename 1 one--moved one"
		refused 1 'one: is not suspended' resume one
	fi
done
verdict migrate_that_is_not_answered
