# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=debug guest=debug smp=2 memory=2G
# shows: every shape of I/O comes back as it was written, on an LVM volume given as phy:
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 96M /tmp/pv.img
loop=$(losetup -f --show /tmp/pv.img)
at_exit "losetup -d $loop; rm -f /tmp/pv.img"
works "volume group" vgcreate -qq lab "$loop"
at_exit "vgremove -qq -ff -y lab"
works "volume" lvcreate -qq -y -an -Zn -L 64M -n fio lab
works "volume" vgchange -qq -ay --sysinit lab

guest_create g1 disk=phy:/dev/mapper/lab-fio,xvdb,w
fio_mix g1 /dev/xvdb
guest_shutdown g1
