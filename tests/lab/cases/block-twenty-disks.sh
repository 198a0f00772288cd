# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest with twenty disks writes to all of them at once, and each keeps its own
# tier: gate
# covers: drivers/block/frontend/names.c drivers/block/frontend/disk.c
# covers: drivers/block/frontend/pool.c drivers/block/frontend/direct.c
# covers: drivers/backend/block/main.c
# takes: 17
. /lab/tests/lib.sh

set --
for n in $(seq 20); do
	# xvdb to xvdu
	letter=$(printf "\\$(printf %o $((97 + n)))")
	truncate -s 4M "/images/twenty-$n.img"
	name=xvd$letter
	[ "$n" -gt 1 ] || name=sd$letter
	set -- "$@" "disk=file:/images/twenty-$n.img,$name,w"
done
at_exit "rm -f /images/twenty-*.img"
# A grant table has room for a full ring of each of their queues, but not for all of them.
# The first one is called sdb here, and xvdb there.
guest_create g1 vcpus=2 extra='xen_blkfront.feature_persistent=N xen_blkfront.xvd_names=1' "$@"
equal "disks" 20 "$(guest_run g1 'ls -d /sys/block/xvd[b-u] | wc -l')"
guest_works g1 'for d in b c d e f g h i j k l m n o p q r s t u; do
		head -c 1M /dev/urandom >/run/$d && dd if=/run/$d of=/dev/xvd$d bs=64k conv=fsync &
	done 2>/dev/null; wait
	for d in b c d e f g h i j k l m n o p q r s t u; do
		dd if=/dev/xvd$d bs=1M count=1 iflag=direct status=none | cmp - /run/$d || exit
	done'
guest_run g1 'cd /run && md5sum b c d e f g h i j k l m n o p q r s t u' | cut -d' ' -f1 >$LAB_DIR/guest
guest_shutdown g1
for n in $(seq 20); do
	head -c 1M "/images/twenty-$n.img" | md5sum
done | cut -d' ' -f1 >$LAB_DIR/dom0
works "the files" diff $LAB_DIR/guest $LAB_DIR/dom0
equal "different ones" 20 "$(sort -u $LAB_DIR/dom0 | wc -l)"
