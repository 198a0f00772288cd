# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: every shape of I/O comes back as it was written, on an LVM volume given as phy:
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 96M /tmp/pv.img
loop=$(losetup -f --show /tmp/pv.img)
at_exit "losetup -d $loop; rm -f /tmp/pv.img"
works "volume group" vgcreate -qq vgfio "$loop"
at_exit "vgremove -qqf vgfio"
works "volume" lvcreate -qq -Wn -Zn -L 64M -n fio vgfio

guest_create g1 disk=phy:vgfio/fio,xvdb,w
fio_mix g1 /dev/xvdb
guest_shutdown g1
