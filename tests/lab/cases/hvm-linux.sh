# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=stock smp=1 memory=2G svm=1
# shows: Linux in an HVM guest has its disk and interface from our backends, and hears xm as a PV guest does
# tier: full
# gate: xm-hvm2pv guest-boots
# covers: tools/xm/hvm.c tools/xm/place.c drivers/backend/block/ drivers/backend/net/
# takes: 185
# limit: 1800
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
xl info | grep -q '^virt_caps.*hvm' || skip "Xen has no HVM here: the CPU is not an emulated AMD-V"
truncate -s 16M /images/hvm.img
at_exit "rm -f /images/hvm.img"
# noxsave: with the emulated AMD-V the guest's kernel finds that the sizes of XSAVE's state do not
# add up (a WARN of xstate.c), and whoever returns from a signal handler may die of a "bad frame".
cat >$LAB_DIR/h1.cfg <<-END
	name = 'h1'
	type = 'hvm'
	memory = 384
	vcpus = 1
	tsc_mode = 'native'
	kernel = '$XENIFY_GUEST_KERNEL'
	ramdisk = '$XENIFY_GUEST_INITRD'
	extra = 'root=/dev/xvde ro console=hvc0 clocksource=xen tsc=reliable noxsave net.ifnames=0 xenify.agent xenify.name=h1 xenify.ip=10.77.0.6/24'
	disk = [ 'phy:/dev/lab/guest,xvde,r', 'file:/images/hvm.img,hdb,w', 'phy:$XENIFY_GUEST_MODULES,xvdz,r' ]
	vif = [ 'type=ioemu,bridge=xenbr0,model=e1000' ]
	vnc = 0
	sdl = 0
END
LAB_GUESTS="$LAB_GUESTS h1"
works "making it" xm create $LAB_DIR/h1.cfg
guest_wait h1 900
# 832 is hdb, as libxl counts.
equal "who serves the file" /images/hvm.img "$(xenstore-read \
	"/local/domain/0/backend/vbd/$(guest_id h1)/832/physical-device-path")"
guest_works h1 'echo hvm | dd of=/dev/xvdb bs=512 conv=sync,fsync'
contains "what it wrote" hvm "$(head -c 3 /images/hvm.img)"
within 60 "its interface answers" ping -q -c 1 -W 1 10.77.0.6
id=$(guest_id h1)
works "it hears that it is to reboot" xm reboot -w -t 900 h1
guest_wait h1 900
[ "$(guest_id h1)" != "$id" ] || fail "it was not made anew"
guest_shutdown h1
