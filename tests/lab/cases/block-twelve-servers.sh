# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=4G
# shows: web, database, mail and directory servers on one host, by their I/O; none loses a block
# tier: full
# gate: block-twenty-disks
# covers: drivers/block/frontend/ drivers/backend/block/
# takes: 80
# limit: 900
. /lab/tests/lib.sh

# What each does to its disk, after the days when ten servers on one Xen made a magazine.
profile() {
	case $1 in
	web*) echo "--rw=randrw --rwmixread=95 --bsrange=4k-64k --iodepth=8" ;;
	mysql) echo "--rw=randrw --rwmixread=70 --bs=16k --iodepth=8 --fdatasync=16" ;;
	postgresql) echo "--rw=randrw --rwmixread=60 --bs=8k --iodepth=8 --fdatasync=8" ;;
	smtp) echo "--rw=randwrite --bsrange=4k-32k --iodepth=1 --fsync=1" ;;
	imap) echo "--rw=randrw --rwmixread=80 --bsrange=4k-32k --iodepth=4 --fsync=8" ;;
	ldap) echo "--rw=randrw --rwmixread=90 --bs=4k --iodepth=4 --fsync=4" ;;
	backup) echo "--rw=write --bs=1M --iodepth=4" ;;
	logs) echo "--rw=write --bs=4k --iodepth=1 --fdatasync=4" ;;
	esac
}

names="web1 mysql postgresql smtp web2 web3 web4 web5 imap ldap backup logs"
at_exit "rm -f /images/server-*.img"
for name in $names; do
	truncate -s 8M "/images/server-$name.img"
	guest_start "$name" memory=160 "disk=file:/images/server-$name.img,xvdb,w"
done
for name in $names; do
	guest_wait "$name" 600
done
GUEST_LIMIT=600
for name in $names; do
	guest_run "$name" "fio --name=$name --filename=/dev/xvdb --size=2M --ioengine=libaio --direct=1 \
		--verify=crc32c --verify_fatal=1 --loops=$(lab_times 1 1 5) $(profile "$name")" \
		>"$LAB_DIR/$name" 2>&1 &
	echo "$name $!" >>$LAB_DIR/jobs
done
while read -r name job; do
	wait "$job" || {
		cat "$LAB_DIR/$name"
		fail "fio in $name"
	}
	say "verified: $name"
done <$LAB_DIR/jobs
for name in $names; do
	guest_destroy "$name"
done
