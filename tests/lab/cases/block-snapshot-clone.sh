# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest runs on a snapshot of another's volume, and what they write stays apart
# tier: full
# gate: block-fio-phy
# covers: drivers/backend/block/store-bdev.c
# takes: 13
. /lab/tests/lib.sh

truncate -s 96M /images/pv.img
pv=$(losetup -f --show /images/pv.img)
at_exit "vgremove -qqf clones; losetup -d $pv; rm -f /images/pv.img"
works "a volume group" vgcreate -q clones "$pv"
works "a volume" lvcreate -q -Wn -Zn -L 24M -n one clones
disk() {
	echo "disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/clones/$1"
}

guest_create g1 "$(disk one)"
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt && head -c 4M /dev/urandom >/mnt/file && sync'
sum=$(guest_run g1 'md5sum </mnt/file')
# While it is in use: what was synced is there, as after a power failure.
works "a snapshot" lvcreate -q -s -L 32M -n two clones/one
guest_create g2 "$(disk two)"
guest_works g2 'mount /dev/xvdb /mnt'
equal "the file in the clone" "$sum" "$(guest_run g2 'md5sum </mnt/file')"
guest_works g1 'head -c 4M /dev/urandom >/mnt/file; sync' &
guest_works g2 'head -c 4M /dev/urandom >/mnt/other; sync'
wait $! || fail "writing to the first"
equal "the file in the clone, still" "$sum" "$(guest_run g2 'echo 3 >/proc/sys/vm/drop_caches; md5sum </mnt/file')"
equal "files of the first" "file lost+found" "$(guest_run g1 'ls /mnt' | paste -sd' ')"
for guest in g1 g2; do
	guest_works $guest 'umount /mnt && fsck.ext4 -fn /dev/xvdb'
	guest_shutdown $guest
done
