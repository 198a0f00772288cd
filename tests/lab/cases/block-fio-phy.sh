# SPDX-License-Identifier: GPL-2.0-or-later
# shows: every shape of I/O comes back as it was written, on an LVM volume and on blocks of 4 KiB given as phy:
# tier: gate
# covers: drivers/block/frontend/direct.c drivers/backend/block/store-bdev.c
# covers: drivers/backend/block/grant.c
# takes: 15
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 96M /tmp/pv.img
loop=$(losetup -f --show /tmp/pv.img)
at_exit "losetup -d $loop; rm -f /tmp/pv.img"
works "volume group" vgcreate -qq vgfio "$loop"
at_exit "vgremove -qqf vgfio"
works "volume" lvcreate -qq -Wn -Zn -L 64M -n fio vgfio

truncate -s 32M /tmp/4k.img
large=$(losetup -f --show -b 4096 /tmp/4k.img)
at_exit "losetup -d $large; rm -f /tmp/4k.img"

guest_create g1 disk=phy:vgfio/fio,xvdb,w "disk=phy:$large,xvdc,w"
fio_mix g1 /dev/xvdb

# sizes DISK DEVICE: blocks in the guest are those of Dom0
sizes() {
	for size in logical_block_size physical_block_size; do
		equal "$size of $1" "$(cat "/sys/block/${2##*/}/queue/$size")" \
			"$(guest_run g1 cat "/sys/block/$1/queue/$size")"
	done
}
sizes xvdb "$(readlink -f /dev/vgfio/fio)"
sizes xvdc "$large"
equal "bytes of a block" 4096 "$(guest_run g1 cat /sys/block/xvdc/queue/logical_block_size)"
refuses "half a block" guest_run g1 'dd if=/dev/zero of=/dev/xvdc bs=2k count=1 oflag=direct'
fio_verify_all g1 /dev/xvdc <<-EOF
$(fio_job randwrite 4k 32 1M)
$(fio_job randwrite 4k-128k 64 4M)
$(fio_job randwrite 8k 8 512k sync=1)
EOF
guest_shutdown g1
