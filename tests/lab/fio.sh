# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What cases do to a disk, in a guest: fio jobs that write, read back and compare. Sourced
# after lib.sh, as /lab/tests/fio.sh.

# fio_job RW BLOCKSIZE DEPTH SIZE [OPTION=VALUE]...: a section of a job file.
fio_job() {
	printf '[%s]\n' "$*"
	printf '%s\n' "rw=$1" "bs=$2" "iodepth=$3" "size=$4"
	shift 4
	[ $# = 0 ] || printf '%s\n' "$@"
}

# fio_verify_all GUEST DEVICE: the jobs on standard input, one after the other in one fio, whose
# start takes a second here: every block that was written is read back and compared by checksum.
# One line of output, the whole of it when fio complains.
fio_verify_all() {
	lab_jobs="[global]
filename=$2
ioengine=libaio
direct=1
verify=crc32c
verify_fatal=1
do_verify=1
randrepeat=1
stonewall
$(cat)"
	guest_run "$1" "echo '$lab_jobs' >/run/jobs; fio /run/jobs" >$LAB_DIR/fio 2>&1 || {
		cat $LAB_DIR/fio
		fail "fio: see which of its jobs"
	}
	say "verified: $(echo "$lab_jobs" | grep '^\[' | tail -n +2 | tr -d '\n')"
}

# fio_verify GUEST DEVICE RW BLOCKSIZE DEPTH SIZE [OPTION=VALUE]...: one job.
fio_verify() {
	lab_guest=$1
	lab_device=$2
	shift 2
	fio_verify_all "$lab_guest" "$lab_device" <<-EOF
	$(fio_job "$@")
	EOF
}

# fio_mix GUEST DEVICE: the shapes of I/O that a disk has to carry: sequential and random, 512
# bytes to 4 MiB, one request at a time to 64, with flushes and with writes through the cache.
fio_mix() {
	fio_verify_all "$1" "$2" <<-EOF
	$(fio_job write 512 1 32k)
	$(fio_job randwrite 512 64 128k)
	$(fio_job randwrite 4k 32 1M)
	$(fio_job write 44k 16 1760k)
	$(fio_job write 1M 4 8M)
	$(fio_job randwrite 4M 2 8M)
	$(fio_job randwrite 4k-128k 64 4M)
	$(fio_job randwrite 4k 16 512k fdatasync=8)
	$(fio_job randwrite 8k 8 512k sync=1)
	EOF
}

# fio_start GUEST DEVICE SIZE [OPTION]...: the same over and over, in the background, until
# fio_stop: what a disk has to carry while something happens to it.
fio_start() {
	lab_guest=$1
	lab_device=$2
	lab_args="--name=verify --filename=$2 --size=$3 --ioengine=libaio --direct=1"
	shift 3
	guest_works "$lab_guest" "rm -f /run/fio.*; cat >/run/fio.sh <<'END'
while [ ! -e /run/fio.stop ]; do
	fio $lab_args --verify=crc32c --verify_fatal=1 --do_verify=1 $* >/run/fio.out 2>&1 || exit
	echo round >>/run/fio.rounds
done
echo fine >/run/fio.end
END
setsid sh /run/fio.sh </dev/null >/dev/null 2>&1 &"
	fio_is_at_work "$lab_guest" "${lab_device#/dev/}"
}

# fio_is_at_work GUEST NAME: waits until fio has written to /dev/NAME. Its start takes its time,
# and what happens to the disk is to happen under I/O.
fio_is_at_work() {
	within 120 "I/O on $2" guest_run "$1" \
		"set -- \$(cat /sys/block/$2/stat); [ \$5 -ge 20 ] && pgrep -x fio"
}

# fio_stop GUEST [ROUNDS]: it went well all the time, and so many times at least (1).
fio_stop() {
	guest_works "$1" 'touch /run/fio.stop; while pgrep -f "[f]io.sh" >/dev/null; do sleep 0.2; done'
	if ! guest_run "$1" 'test -e /run/fio.end'; then
		guest_run "$1" 'cat /run/fio.out; dmesg | tail -n 20'
		fail "fio complained"
	fi
	lab_rounds=$(guest_run "$1" 'wc -l </run/fio.rounds')
	at_least "rounds of fio" "${2:-1}" "$lab_rounds"
	say "verified: $lab_rounds rounds"
}

# fio_background GUEST NAME...: reads and writes on /dev/NAME without end, one job for each; what
# it says goes to the guest's /tmp/NAME. Returns when all of them do I/O: one that was to be
# started on a disk that has gone meanwhile would make a file of that name.
fio_background() {
	lab_guest=$1
	shift
	guest_works "$lab_guest" "for d in $*; do
		setsid fio --name=\$d --filename=/dev/\$d --rw=randrw --bs=4k-64k --iodepth=16 \
			--size=16M --ioengine=libaio --direct=1 --time_based --runtime=3600 \
			--allow_file_create=0 >/tmp/\$d 2>&1 </dev/null &
	done"
	for lab_name; do
		fio_is_at_work "$lab_guest" "$lab_name"
	done
}

# disk_tour GUEST DEVICE: every shape of I/O, then a file system on it.
disk_tour() {
	fio_mix "$1" "$2"
	guest_works "$1" "mkfs.ext4 -q $2 && mount $2 /mnt && head -c 4M /dev/urandom >/mnt/f"
	guest_works "$1" "md5sum /mnt/f >/tmp/sum && umount /mnt && mount $2 /mnt && md5sum -c /tmp/sum"
	guest_works "$1" "umount /mnt && fsck.ext4 -fn $2"
}
