# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=debug guest=upstream smp=2 memory=2G
# shows: our backend works with upstream's frontend
. /lab/tests/lib.sh
. /lab/tests/fio.sh

guest_create g1 disk=phy:/dev/ram0,xvdb,w
fio_mix g1 /dev/xvdb
guest_works g1 'mkfs.ext4 -q /dev/xvdb && mount /dev/xvdb /mnt && head -c 4M /dev/urandom >/mnt/f'
guest_works g1 'md5sum /mnt/f >/tmp/sum && umount /mnt && mount /dev/xvdb /mnt && md5sum -c /tmp/sum'
guest_works g1 'umount /mnt'
guest_shutdown g1
