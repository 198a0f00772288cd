# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=stock guest=stock smp=2 memory=2G
# shows: Debian's own kernel, as Dom0 and as a guest, runs on our modules, which come and go
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

works "loading the backend" modprobe xen-blkback
equal "ours serves files" Y "$(cat /sys/module/xen_blkback/parameters/direct_files)"
truncate -s 64M /images/stock.img
at_exit "rm -f /images/stock.img"

guest_create g1 memory=320 disk=file:/images/stock.img,xvdb,w
contains "the guest's kernel" deb12 "$(guest_run g1 uname -r)"
guest_works g1 'test -d /sys/module/xen_ring && test -e /sys/module/xen_blkfront/parameters/max_ring_page_order'
equal "no loop device" "" "$(losetup -n -O BACK-FILE | grep stock.img)"
fio_verify g1 /dev/xvdb randwrite 4k 32 4M
fio_verify g1 /dev/xvdb write 1M 4 16M
fio_verify g1 /dev/xvdb randwrite 8k 8 1M --sync=1

# The backend's module is loaded anew while the guest writes to its disks.
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16
works "unloading the backend" modprobe -r xen-blkback
sleep 1
works "loading it again" modprobe xen-blkback
vbd_wait g1 "$(vbd_of g1 xvdb)"
fio_stop g1
guest_shutdown g1
