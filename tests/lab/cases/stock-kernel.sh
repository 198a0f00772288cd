# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=stock guest=stock smp=1 memory=2G
# shows: Debian's own kernel, as Dom0 and as a guest, runs on our modules, which come and go
# tier: gate
# covers: Kbuild Kconfig.modules tools/build/ drivers/
# takes: 37
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/net.sh
. /lab/tests/vbd.sh

# reload MODULE DRIVER: the bus keeps a module as long as it has a device
reload() {
	for device in /sys/bus/xen-backend/drivers/"$2"/"$2"-*; do
		works "unbinding" sh -c "echo ${device##*/} >/sys/bus/xen-backend/drivers/$2/unbind"
	done
	works "unloading $1" modprobe -r "$1"
	works "loading it again" modprobe "$1"
}

works "loading the backends" modprobe -a xen-blkback xen-netback
equal "ours serves files" Y "$(cat /sys/module/xen_blkback/parameters/direct_files)"
truncate -s 64M /images/stock.img
at_exit "rm -f /images/stock.img"

test -e /sys/module/xen_netback/parameters/max_static || fail "the network backend is not ours"
# Debian's initrd would give its interface another name.
guest_create g1 memory=320 disk=file:/images/stock.img,xvdb,w vif=lab ip=10.77.0.5/24 \
	extra=net.ifnames=0
contains "the guest's kernel" deb12 "$(guest_run g1 uname -r)"
guest_works g1 'test -d /sys/module/xen_ring && test -e /sys/module/xen_blkfront/parameters/max_ring_page_order &&
	test -e /sys/module/xen_netfront/parameters/static_rx'
equal "no loop device" "" "$(losetup -n -O BACK-FILE | grep stock.img)"
fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 32 4M)
$(fio_job write 1M 4 16M)
$(fio_job randwrite 8k 8 1M sync=1)
EOF

# The backend's module is loaded anew while the guest writes to its disks.
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16
reload xen-blkback vbd
vbd_wait g1 "$(vbd_of g1 xvdb)"
fio_stop g1

# And that of the network, to which the guest's interface comes back.
net_prepare g1
tcp_in g1 10.77.0.5 1000003
tcp_out g1 10.77.0.1 1000001
reload xen-netback vif
net_on_bridge g1 60
within 60 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
tcp_in g1 10.77.0.5 1000003
guest_shutdown g1
