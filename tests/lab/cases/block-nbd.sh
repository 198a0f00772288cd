# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a network block device serves a guest's disk, whose pages go through the network stack
# tier: gate
# covers: drivers/backend/block/store-bdev.c
# takes: 16
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/nbd.img
cat >$LAB_DIR/nbd <<EOF2
[generic]
	user = root
	group = root
[disk]
	exportname = /images/nbd.img
	flush = true
	fua = true
EOF2
modprobe -q nbd
works "a server" nbd-server -C $LAB_DIR/nbd -p $LAB_DIR/nbd.pid
at_exit "nbd-client -d /dev/nbd0; pkill nbd-server; rm -f /images/nbd.img"
within 120 "a client" nbd-client 127.0.0.1 -N disk /dev/nbd0 -b 512
guest_create g1 disk=phy:/dev/nbd0,xvdb,w
fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 16 2M)
$(fio_job write 64k-256k 8 8M fdatasync=4)
EOF
sum=$(guest_run g1 'dd if=/dev/xvdb bs=1M count=8 iflag=direct status=none | md5sum')
guest_shutdown g1
works "the end of the client" nbd-client -d /dev/nbd0
equal "checksum in the file" "$sum" "$(head -c 8M /images/nbd.img | md5sum)"
