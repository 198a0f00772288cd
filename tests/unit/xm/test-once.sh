#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest runs once at most, also when two xm want it at the same moment, when its other
# self is here, and whenever somebody is killed; and what is saved of it is not lost.

family=once
. ./fake-files.sh

# With every byte of the locks' file taken, as by another xm for this guest.
hold()
{
	python3 -u - "$XM_GUEST_LOCK" >"$tmp/held" <<-'END' &
	import fcntl, os, sys, time
	file = open(sys.argv[1], "a")
	fcntl.lockf(file, fcntl.LOCK_EX)
	print("held")
	parent = os.getppid()
	while os.getppid() == parent:
	    time.sleep(0.2)
	END
	holder=$!
	soon grep -q held "$tmp/held"
}

release()
{
	kill "$holder"
	wait "$holder" 2>/dev/null
}

# nobody_stands_by: who stood by for a process that is gone has done its work
nobody_stands_by()
{
	! pgrep -f "^xm undo-.* $1" >/dev/null
}

# has_name DOMID NAME
has_name()
{
	[ "$(cat "$store/local/domain/$1/name")" = "$2" ]
}

start
run 0 save -c one "$dir/f"
printf 'name = "two"\nkernel = "%s"\nmemory = 64\n' "$dir/f" >"$tmp/two.cfg"
run 0 rename one one--moved
nodes /fake/1/state ---s--
: >"$tmp/calls"
hold
another='another xm makes, changes, saves, moves or resumes it just now'
refused 6 "one--moved: $another" resume one--moved
refused 6 "one: $another" restore -f "$dir/f"
refused 6 "two: $another" create "$tmp/two.cfg"
rm "$store/fake/1/state"
refused 6 "one--moved: $another" save one--moved "$dir/g"
refused 6 "one--moved: $another" migrate one--moved localhost
# It would be saved with a disk that another guest has since.
export XM_CLAIM_SECONDS=1
echo image >"$tmp/image"
nodes /libxl/1/device/vbd/51728/dev xvdb /libxl/1/device/vif/0/mac 00:16:3e:00:00:01
refused 6 "one--moved: $another" block-attach one--moved "file:$tmp/image,xvdc,w"
refused 6 "one--moved: $another" block-detach one--moved xvdb
refused 6 "one--moved: $another" network-attach one--moved
refused 6 "one--moved: $another" network-detach -f one--moved 0
refused 6 "one--moved: $another" block-reattach one--moved xvdb 0
left f
release
run 0 save one--moved "$dir/g"
# Who stood by may not be gone yet, and keeps nobody waiting.
for _ in 1 2 3 4 5; do
	run 0 restore "$dir/g"
	run 0 save one--moved "$dir/g"
done
# Who has waited sees what has become of it.
run 0 restore "$dir/g"
hold
XM_CLAIM_SECONDS=30 "$xm" block-detach one--moved xvdb 2>"$tmp/err" &
waits=$!
sleep 1
rm -rf "${store:?}/local/domain/1"
release
wait "$waits"
[ $? -eq 3 ] || bad=1
says 'one--moved: is gone, or has another number now'
verdict one_xm_at_a_time

start
run 0 save one "$dir/f"
run 0 restore -f "$dir/f"
nodes /fake/1/state -----d
run 0 rename one gone
: >"$tmp/calls"
run 0 restore -f "$dir/f"
called "restore 2 one
unpause 2"
run 0 destroy one
: >"$tmp/calls"
# Nor what libxl has begun to take away.
nodes /local/domain/3/name gone /fake/3/uuid 1
refused 6 'one: is here already, as domain 3 (gone), with the same UUID' restore -f "$dir/f"
nodes /fake/3/state ---s-- /fake/3/reason 0
refused 6 'one: is here already, as domain 3 (gone), with the same UUID' restore -f "$dir/f"
nodes /fake/3/nameless 1
rm "$store/local/domain/3/name"
run 0 restore -f "$dir/f"
run 0 destroy one
rm -r "$store/local/domain/3" "$store/fake/3"
: >"$tmp/calls"
FAKE_FAIL=self run 6 restore -f "$dir/f"
says 'one: is here already, as domain [0-9]* (one), with the same UUID'
called "restore 2 one
destroy-domain 2"
start
run 0 save one "$dir/f"
: >"$tmp/calls"
FAKE_FAIL=faster run 6 restore "$dir/f"
says 'one: has run on since it was saved'
called "restore 1 one
destroy-domain 1"
verdict restored_beside_nobody

start
nodes /local/domain/3/name copy /fake/3/uuid 1
run 1 migrate one localhost
grep -q 'one: is here already, as domain 3 (copy), with the same UUID' "$tmp/err" || bad=1
grep -q 'one: was not moved, and goes on here: localhost could not let it run' "$tmp/err" || bad=1
called "suspend 1
restore 4 one--incoming
rename 1 one one--moved
destroy-domain 4
resume 1 cancel=1
rename 1 one--moved one"
start
nodes /local/domain/2/name one--moved /fake/2/uuid 1 /fake/2/state ---s--
refused 6 'one--moved: is here already, as domain 1 (one), with the same UUID' resume one--moved
verdict moved_beside_nobody

# While the memory of one comes others are made, of what that does not need.
start
run 0 save one "$dir/f"
: >"$tmp/calls"
FAKE_FAIL=restore-slow "$xm" restore "$dir/f" 2>"$tmp/err" &
slow=$!
soon has_called "restore 1 one"
printf 'name = "two"\nkernel = "%s"\nmemory = 64\n' "$dir/f" >"$tmp/two.cfg"
"$xm" create "$tmp/two.cfg" 2>"$tmp/waits" &
soon grep -q 'two: waiting for another guest to be made' "$tmp/waits"
nodes /fake/1/time 0 /fake/1/memory 0 /fake/1/maxmem 512000 /fake/1/state --p---
wait $!
[ $? -eq 7 ] || bad=1
grep -q 'two: too little memory: 12 MiB are free and 64 are needed' "$tmp/waits" || bad=1
nodes /fake/1/memory 256000
run 0 create "$tmp/two.cfg"
# It has no disks yet, and nobody may change them.
flock -n "$XM_RESTORE_LOCK" true && bad=1
nodes /fake/1/state -b---- /fake/go 1
wait "$slow" || bad=1
flock -n "$XM_RESTORE_LOCK" true || bad=1
called "restore 1 one
create 2 two
unpause 2
unpause 1"
verdict others_are_made_meanwhile

# Who is killed when the guest has its name for afterwards: it goes on, not its other self.
start
FAKE_KILL=rename run 137 migrate one localhost
soon grep -q '^resume 1 cancel=1$' "$tmp/calls"
soon grep -q '^destroy-domain 2$' "$tmp/calls"
soon has_name 1 one
grep -qE '^(resume 2|unpause|destroy-domain 1)' "$tmp/calls" && bad=1
verdict killed_before_it_was_handed_over

start
other_end 'unset FAKE_FAIL' "exec $(realpath "$xm") migrate-receive"
FAKE_FAIL=rename run 1 migrate -s "$tmp/ssh" one there
grep -q 'one: was not moved, and goes on here' "$tmp/err" || bad=1
grep -q '^resume 1 cancel=1$' "$tmp/calls" || bad=1
grep -q '^unpause' "$tmp/calls" && bad=1
verdict not_renamed_not_moved

# It may have run for a moment: nothing of it is anywhere else any more.
start
run 0 save one "$dir/f"
: >"$tmp/calls"
FAKE_KILL=unpause run 137 restore "$dir/f"
soon nobody_stands_by 01000000
called "restore 1 one
unpause 1"
verdict killed_when_it_runs

# What the other end could not take away is not called failed: it may be let run by hand.
start
other_end 'export FAKE_FAIL=destroy-domain' "exec $(realpath "$xm") migrate-receive"
nodes /local/domain/3/name copy /fake/3/uuid 1
run 8 migrate -s "$tmp/ssh" one there
grep -q '^resume' "$tmp/calls" && bad=1
grep -q "4: what is left of it could not be taken away; try 'xm destroy'" "$tmp/err" || bad=1
verdict left_at_the_other_end

start
nodes /local/domain/2/name two
run 0 save one "$dir/f"
: >"$tmp/calls"
refused 6 "two: guest one is in $dir/f and has not been restored yet" save two "$dir/f"
run 0 restore "$dir/f"
run 0 save two "$dir/f"
verdict a_saved_guest_is_not_replaced

start
echo disk >"$dir/disk"
run 0 save one "$dir/f"
FAKE_DISK=$dir/disk run 0 restore "$dir/f"
run 0 save one "$dir/g"
sleep 0.1
echo more >>"$dir/disk"
: >"$tmp/calls"
FAKE_DISK=$dir/disk refused 6 "one: disk xvda: $dir/disk was written to after it was saved" restore "$dir/g"
FAKE_DISK=$dir/disk run 0 restore -f "$dir/g"
verdict not_restored_beside_a_younger_disk

# pending NUMBER NAME UUID'S-FIRST-BYTE [CONFIGURATION]: the end of such a guest could not be dealt with yet
pending()
{
	(umask 077 && mkdir -p "$OUT/run/xend")
	printf 'restart 1\nnext -1\nlives 0\ntries 0\nagain 1\nkeep 0\nname %s\nuuid %s\n%s\nend\n' \
		"$2" "${3}000000-0000-0000-0000-000000000000" "${4:-"{}"}" >"$OUT/run/xend/restart-$1"
}

# What makes it, or lets it come here, leaves nothing by which it would come again.
start
pending 101 one 77
pending 102 other 01
pending 103 other 77
run 0 migrate one localhost
[ "$(cd "$OUT/run/xend" && ls restart-*)" = restart-103 ] || bad=1
start
run 0 save one "$dir/f"
pending 101 one 77
pending 102 other 01
run 0 restore "$dir/f"
[ "$(cd "$OUT/run/xend" && ls restart-*)" = restart-103 ] || bad=1
rm "$OUT"/run/xend/restart-*
verdict moved_or_restored_it_is_not_restarted

# For a while neither the old one is there nor the next one: it has its disks still.
start
echo image >"$tmp/image"
disk="format=qcow2,vdev=xvdb,access=rw,target=$tmp/image"
printf 'name = "two"\nkernel = "%s"\nmemory = 64\ndisk = ["%s"]\n' "$tmp/image" "$disk" >"$tmp/two.cfg"
pending 101 three 77 "{\"disks\": [{\"pdev_path\": \"$tmp/image\", \"vdev\": \"xvda\"}]}"
theirs="$tmp/image is to be the disk of guest three, which is being restarted; 'xm destroy three' calls that off"
refused 6 "two: disk xvdb: $theirs" create "$tmp/two.cfg"
refused 6 "one: disk xvdb: $theirs" block-attach one "$disk"
# It only reads, and so may another.
run 0 create "$tmp/two.cfg" "disk=['${disk/rw/ro}']"
run 0 destroy two
pending 101 three 77 "{\"disks\": [{\"pdev_path\": \"$tmp/image\", \"vdev\": \"xvda\", \"readwrite\": 1}]}"
: >"$tmp/calls"
refused 6 "two: disk xvdb: $theirs" create "$tmp/two.cfg" "disk=['${disk/rw/ro}']"
rm "$OUT/run/xend/restart-101"
run 0 block-attach one "$disk"
verdict disks_of_one_that_is_to_be_restarted

# Standard error may be closed: no message goes into a file that has its number.
start
FAKE_FAIL=loud "$xm" save one "$dir/f" 2>&- || bad=1
grep -aq loud "$dir/f" && bad=1
start
mkfifo "$dir/pipe"
run 0 save one "$dir/f"
head -c -3 "$dir/f" >"$dir/pipe" &
timeout 20 "$xm" restore "$dir/pipe" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 1 ] || bad=1
grep -q 'one: could not be restored' "$tmp/err" || bad=1
wait
: >"$tmp/calls"
# Something behind the configuration is not a part of it.
python3 - "$dir/f" <<'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
most, = struct.unpack("<I", data[44:48])
size, = struct.unpack("<I", data[48:52])
more = b"and more"
json = data[52:52 + size].rstrip(b"\0")
data = (data[:44] + struct.pack("<II", 4 + len(json) + len(more), len(json)) + json + more +
        data[48 + most:])
open(sys.argv[1], "wb").write(data)
END
run 0 restore "$dir/f"
verdict files_and_pipes
