# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a network block device serves a guest's disk, and is another disk when its backend comes back
# tier: gate
# covers: drivers/backend/block/store-bdev.c drivers/backend/block/identity.c
# takes: 14
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

truncate -s 32M /images/nbd.img
head -c 32M /dev/urandom >/images/nbd-other.img
cat >$LAB_DIR/nbd <<EOF2
[generic]
	user = root
	group = root
[disk]
	exportname = /images/nbd.img
	flush = true
	fua = true
[other]
	exportname = /images/nbd-other.img
EOF2
modprobe -q nbd
works "a server" nbd-server -C $LAB_DIR/nbd -p $LAB_DIR/nbd.pid
at_exit "nbd-client -d /dev/nbd0; pkill nbd-server; rm -f /images/nbd*.img"
within 120 "a client" nbd-client 127.0.0.1 -N disk /dev/nbd0 -b 512
guest_create g1 disk=phy:/dev/nbd0,xvdb,w
fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 16 2M)
$(fio_job write 64k-256k 8 8M fdatasync=4)
EOF
sum=$(guest_run g1 'dd if=/dev/xvdb bs=1M count=8 iflag=direct status=none | md5sum')

# The same device, and another export behind it: what was kept for the old one is not sent there.
has_ended() { ! guest_run g1 'pgrep -x fio'; }
is_other() { [ "$(guest_run g1 'md5sum </dev/xvdb')" = "$other" ]; }
other=$(md5sum </images/nbd-other.img)
vbd=$(vbd_of g1 xvdb)
guest_works g1 'setsid fio --name=xvdb --filename=/dev/xvdb --rw=randread --bs=64k --size=16M --direct=1 \
	--time_based --runtime=3600 --allow_file_create=0 </dev/null >/dev/null 2>&1 &'
within 60 "reads" guest_run g1 'pgrep -x fio'
vbd_unbind "$vbd"
guest_works g1 'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 seek=5000 oflag=direct </dev/null >/dev/null 2>&1 &'
within 20 "nobody has it open" nbd-client -d /dev/nbd0
equal "checksum in the file" "$sum" "$(head -c 8M /images/nbd.img | md5sum)"
within 60 "a client again" nbd-client 127.0.0.1 -N other /dev/nbd0 -b 512
vbd_bind "$vbd"
within 60 "who had the old disk gets an error" has_ended
within 60 "the new disk is there" is_other
equal "what it has" "$other" "$(md5sum </images/nbd-other.img)"
guest_shutdown g1
works "the end of the client" nbd-client -d /dev/nbd0
