# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: every shape of I/O comes back as it was written, on a file without a loop device
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh

# Sparse at first: blocks are allocated as the guest writes.
truncate -s 64M /images/fio.img
at_exit "rm -f /images/fio.img"
before=$(losetup -n | wc -l)

guest_create g1 disk=file:/images/fio.img,xvdb,w
equal "loop devices" "$before" "$(losetup -n | wc -l)"
fio_mix g1 /dev/xvdb
guest_shutdown g1
