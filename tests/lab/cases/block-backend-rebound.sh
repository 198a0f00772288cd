# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 600
# boot: dom0=ours guest=ours smp=2 memory=2G
# shows: 3 times (make check-full: 20) the backend's driver goes and comes back under I/O, and nothing is lost
# tier: gate
# covers: drivers/block/frontend/life.c drivers/block/frontend/queue.c drivers/xen/ring/tie.c
# covers: drivers/xen/ring/channel.c drivers/backend/block/main.c
# takes: 9
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

truncate -s 32M /images/rebound.img
at_exit "rm -f /images/rebound.img"
guest_create g1 vcpus=2 disk=file:/images/rebound.img,xvdb,w
vbd=$(vbd_of g1 xvdb)
dir=/local/domain/0/backend/vbd/$(guest_id g1)/${vbd##*-}
fio_start g1 /dev/xvdb 2M --rw=randwrite --bsrange=4k-128k --iodepth=16
rounds=$(lab_times 3 20 20)
for i in $(seq "$rounds"); do
	vbd_wait g1 "$vbd"
	vbd_unbind "$vbd"
	equal "number of the store that nobody serves" "" \
		"$(xenstore-read "$dir/xenify-store-instance" 2>/dev/null)"
	[ $((i % 3)) -ne 0 ] || sleep 0.3
	vbd_bind "$vbd"
done
vbd_wait g1 "$vbd"
fio_stop g1
equal "connections after the first" "$rounds" \
	"$(guest_run g1 'dmesg | grep -c "xvdb: connected anew"')"
guest_shutdown g1
