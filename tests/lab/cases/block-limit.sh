# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a disk's I/O is limited by the cgroup that its host puts it into, and only then
# tier: gate
# covers: drivers/backend/block/cgroup.c drivers/backend/block/sysfs.c drivers/backend/block/store-bdev.c
# takes: 14
. /lab/tests/lib.sh

groups=$LAB_DIR/cgroup
mkdir "$groups"
works "mounting the cgroups" mount -t cgroup2 none "$groups"
at_exit "rmdir $groups/slow; umount $groups"
echo +io >"$groups/cgroup.subtree_control" || fail "no I/O controller"
mkdir "$groups/slow"
# /dev/ram1, one megabyte a second.
echo "1:1 rbps=1048576" >"$groups/slow/io.max" || fail "no io.max"

disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/ram1
guest_create g1 "disk=$disk"
back=/sys/bus/xen-backend/devices/vbd-$(guest_id g1)-51728
equal "its cgroup at first" "" "$(cat "$back/cgroup")"

# Milliseconds that it takes to read four megabytes, in the guest.
read_all() {
	guest_run g1 'a=$(date +%s%3N); dd if=/dev/xvdb of=/dev/null bs=64k count=64 \
		iflag=direct status=none; b=$(date +%s%3N); echo $((b - a))'
}

echo /slow >"$back/cgroup" || fail "the disk does not go there"
equal "its cgroup" /slow "$(cat "$back/cgroup")"
slow=$(read_all)
echo >"$back/cgroup"
equal "its cgroup in the end" "" "$(cat "$back/cgroup")"
fast=$(read_all)
say "4 MiB: $slow ms with a limit of 1 MiB/s, $fast ms without"
at_least "milliseconds with the limit" 3000 "$slow"
at_least "and twice those without" $((2 * fast)) "$slow"

# Ranges that are given back are limited, too: two of them a second.
echo "1:1 rbps=max wiops=2" >"$groups/slow/io.max" || fail "no io.max"
echo /slow >"$back/cgroup" || fail "the disk does not go there"
discards=$(guest_run g1 'a=$(date +%s%3N); for i in 0 1 2 3 4 5 6 7 8; do
	blkdiscard -f -o ${i}M -l 4096 /dev/xvdb 2>/dev/null; done; b=$(date +%s%3N); echo $((b - a))')
echo >"$back/cgroup"
at_least "milliseconds for nine discards" 3000 "$discards"
refuses "a cgroup that is not there" sh -c "echo /nowhere >$back/cgroup"
guest_shutdown g1
