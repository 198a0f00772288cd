# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a file can also be served through the page cache, and keeps what the guest flushed
# tier: gate
# covers: drivers/backend/block/store-file.c
# takes: 7
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/cached.img
at_exit "rm -f /images/cached.img"
guest_create g1 disk=file-cached:/images/cached.img,xvdb,w
fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 16 4M)
$(fio_job randwrite 64k 8 8M fdatasync=4)
EOF
guest_works g1 'head -c 1M /dev/urandom >/tmp/data; dd if=/tmp/data of=/dev/xvdb bs=64k conv=fsync'
sum=$(guest_run g1 'md5sum </tmp/data')
guest_destroy g1
equal "checksum in Dom0" "$sum" "$(head -c 1M /images/cached.img | md5sum)"
