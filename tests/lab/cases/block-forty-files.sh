# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a host serves forty files at once to its guests, with no loop device for any
# tier: full
# gate: block-twenty-disks
# covers: drivers/backend/block/store-file.c drivers/backend/block/store.c
# takes: 75
. /lab/tests/lib.sh

# Four guests have ten each.
guests=4
letters="b c d e f g h i j k"
before=$(losetup -a | wc -l)
at_exit "rm -f /images/forty-*.img"
for g in $(seq "$guests"); do
	set --
	for d in $letters; do
		truncate -s 2M "/images/forty-$g-$d.img"
		set -- "$@" "disk=file:/images/forty-$g-$d.img,xvd$d,w"
	done
	guest_start "g$g" memory=128 "$@"
done
for g in $(seq "$guests"); do
	guest_wait "g$g"
done
equal "loop devices" "$before" "$(losetup -a | wc -l)"
at_least "disks that are served" 40 \
	"$(cat /sys/bus/xen-backend/devices/vbd-*/physical_device | grep -c forty)"
for g in $(seq "$guests"); do
	guest_run "g$g" 'for d in /dev/xvd[b-k]; do
			head -c 1M /dev/urandom | dd of=$d bs=64k iflag=fullblock oflag=direct status=none &
		done; wait; for d in /dev/xvd[b-k]; do
			dd if=$d bs=1M count=1 iflag=direct status=none | md5sum
		done' >"$LAB_DIR/sums-$g" &
done
wait
for g in $(seq "$guests"); do
	guest_shutdown "g$g"
	for d in $letters; do
		head -c 1M "/images/forty-$g-$d.img" | md5sum
	done >$LAB_DIR/files
	works "the files of g$g" diff "$LAB_DIR/sums-$g" $LAB_DIR/files
done
