# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a driver domain serves a guest's disk, is destroyed and started again, and all goes on; but not on another disk
# tier: full
# gate: block-backend-rebound block-save-restore
# covers: drivers/block/frontend/move.c drivers/xen/ring/tie.c tools/xm/reattach.c tools/xm/cmd-block-reattach.c
# takes: 39
# limit: 600
XM=xl
. /lab/tests/lib.sh
. /lab/tests/fio.sh

truncate -s 32M /images/driver.img
at_exit "rm -f /images/driver.img"

# A domain with the backend driver, and the disk that it is to serve.
start_driver_domain() {
	guest_create driver memory=160 line='driver_domain = 1' \
		disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/images/driver.img
}

# What `xl devd` does in a driver domain, when the toolstack wants a disk of it: the device's
# number is the driver domain's own.
serve() {
	dir=/local/domain/$(guest_id driver)/backend/vbd/$(guest_id g1)/51728
	within 180 "the toolstack asks for it" xenstore-exists "$dir/params"
	xenstore-write "$dir/physical-device" \
		"$(guest_run driver "stat -L -c %t:%T $(xenstore-read "$dir/params")")"
}

start_driver_domain
guest_start g1 disk=format=raw,vdev=xvdb,access=w,backend=driver,target=/dev/xvdb
serve
guest_wait g1
equal "who serves it" "$(guest_id driver)" \
	"$(xenstore-read "/local/domain/$(guest_id g1)/device/vbd/51728/backend-id")"
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-64k --iodepth=16
more() { [ "$(guest_run g1 'wc -l </run/fio.rounds')" -gt $((rounds + 1)) ]; }
rounds=0
within 180 "it works" more

for _ in $(seq "$(lab_times 1 1 10)"); do
	guest_destroy driver
	contains "what the guest says" "backend is gone" "$(guest_run g1 'dmesg | tail -n 5')"
	start_driver_domain
	works "giving the disk back" xm block-reattach g1 xvdb driver
	serve
	rounds=$(guest_run g1 'wc -l </run/fio.rounds')
	within 60 "it goes on" more
done
fio_stop g1 4

# It comes back, and what it serves is another image of the same size.
fio_background g1 xvdb
guest_destroy driver
rm /images/driver.img
head -c 32M /dev/urandom >/images/driver.img
sum=$(md5sum </images/driver.img)
start_driver_domain
works "giving the guest the disk" xm block-reattach g1 xvdb driver
serve
within 60 "who had the old disk gets an error" guest_run g1 '! pgrep -x fio'
within 60 "the new one is there" guest_run g1 'dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct'
equal "the new image" "$sum" "$(md5sum </images/driver.img)"
guest_shutdown g1
guest_shutdown driver
