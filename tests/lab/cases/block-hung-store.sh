# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest whose disk hangs is destroyed, or its driver unbound, and others come, go and get devices as fast as ever
# tier: gate
# covers: drivers/backend/block/life.c drivers/backend/block/disks.c drivers/backend/block/queue.c
# covers: drivers/backend/block/main.c
# takes: 49
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

# took WHAT COMMAND...: milliseconds in $took
took() {
	what=$1
	shift
	took_start=$(date +%s%N)
	works "$what" "$@"
	took=$((($(date +%s%N) - took_start) / 1000000))
	say "$what: $took ms"
}

# A disk, an interface and a guest come and go; milliseconds in $all.
others() {
	took "a disk comes ($1)" xm block-attach g2 phy:/dev/ram2,xvdb,w
	all=$took
	within 20 "it is there ($1)" guest_run g2 'test -b /dev/xvdb'
	took "it goes ($1)" xm block-detach g2 xvdb
	all=$((all + took))
	took "an interface comes ($1)" xm network-attach g2 bridge=xenbr0 script=/lab/bin/lab-vif
	all=$((all + took))
	took "it goes ($1)" xm network-detach g2 0
	all=$((all + took))
	took "a guest comes ($1)" guest_create g3
	all=$((all + took))
	took "it goes ($1)" xm destroy g3
	all=$((all + took))
}

works "a device" dmsetup create hangs --table "0 131072 linear /dev/ram1 0"
at_exit "dmsetup remove --retry hangs"
disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/mapper/hangs
guest_create g1 disk=$disk
guest_create g2
others "before"
before=$all

fio_background g1 xvdb
works "the device hangs" dmsetup suspend --noflush --nolockfs hangs
# Whatever happens here, nothing is left that hangs.
(sleep 300; dmsetup resume hangs) &
rescue=$!
sleep 0.5
xm destroy g1 >$LAB_DIR/destroy 2>&1 &
destroy=$!
sleep 0.5
# The machine may have had something else to do just then: who waits for the store waits each time.
for _ in 1 2 3; do
	others "meanwhile"
	[ $all -ge $((2 * before + 2000)) ] || break
done
at_least "milliseconds less than twice as many, and 2 s" 1 $((2 * before + 2000 - all))
wait $destroy || fail "destroying the guest: $(cat $LAB_DIR/destroy)"
equal "the guest" "" "$(xm list | grep -e g1 -e null)"

# What it has written is still to be written: nobody else has the device until it is.
works "the next one" xm block-attach g2 "$disk"
sleep 2
refuses "it has the device" guest_run g2 'test -b /dev/xvdb'
works "the device is there again" dmsetup resume hangs
kill $rescue
within 20 "the next one has it" guest_run g2 'dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct'

# Who unbinds the driver does not wait for the store, nor does anybody else; the driver that is
# bound again does, before it serves the guest.
vbd=$(vbd_of g2 xvdb)
fio_start g2 /dev/xvdb 2M --rw=randwrite --bs=4k --iodepth=8
works "the device hangs" dmsetup suspend --noflush --nolockfs hangs
(sleep 300; dmsetup resume hangs) &
rescue=$!
sleep 1
took "unbinding" sh -c "echo $vbd >$VBD_DRIVER/unbind"
at_least "milliseconds less than 5 s" 1 $((5000 - took))
vbd_bind "$vbd"
took "a disk comes (unbound)" xm block-attach g2 phy:/dev/ram2,xvdc,w
at_least "milliseconds less than twice as many as all, and 2 s" 1 $((2 * before + 2000 - took))
within 20 "it is there (unbound)" guest_run g2 'test -b /dev/xvdc'
equal "rings that are served" 0 "$(cat "$VBD_DRIVER/$vbd/queues")"
works "the device is there again" dmsetup resume hangs
kill $rescue
vbd_wait g2 "$vbd"
fio_stop g2
works "it goes" xm block-detach g2 xvdb
within 20 "nobody has the device" sh -c 'test "$(dmsetup info -c --noheadings -o open hangs)" = 0'
guest_shutdown g2
