# SPDX-License-Identifier: GPL-2.0-or-later
# shows: an HVM guest's file of Xen 4.0 becomes a PV guest's by one command, with the kernel from the guest's own disk
# tier: gate
# covers: tools/xm/cmd-hvm2pv.c tools/xm/guestboot.c tools/xm/guestboot.h tools/xm/inside.c tools/xm/inside.h
# covers: tools/xm/hvm.c tools/xm/button.c tools/xm/button.h tools/xm/cmd-trigger.c tools/xm/cmd-vncviewer.c
# takes: 20
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/inside.sh

[ "$XM" = xm ] || skip "there is no xm"
cfg=$LAB_DIR/g1.cfg new=$LAB_DIR/g1-pv.cfg
# shellcheck disable=SC2046 # it is words
inside_disk /tmp/inside.img root=/dev/sdb ro $(inside_words g1) console=ttyS0
cat >"$cfg" <<-END
	kernel = '/usr/lib/xen-4.0/boot/hvmloader'
	builder = 'hvm'
	name = 'g1'
	memory = 320
	tsc_mode = 'native'
	device_model = '/usr/lib/xen-4.0/bin/qemu-dm'
	boot = 'cd'
	sdl = 0
	vnc = 1
	disk = [ $(inside_disks /tmp/inside.img hda sdb), 'file:/tmp/none.iso,hdc:cdrom,r' ]
	vif = [ 'type=ioemu,bridge=xenbr0,model=e1000' ]
END
cp "$cfg" $LAB_DIR/kept
at_exit "rm -rf /var/lib/xenify/kernels/g1"
sum=$(md5sum </tmp/inside.img)
works "making a PV guest of it" xm hvm2pv "$cfg"
contains "what it says" "partition 1" "$(cat $LAB_DIR/works)"
works "the old file stays" cmp "$cfg" $LAB_DIR/kept
equal "nothing changed on the disk" "$sum" "$(md5sum </tmp/inside.img)"
inside_is_nowhere /tmp/inside.img
refuses "writing over it" xm hvm2pv "$cfg"

LAB_GUESTS="$LAB_GUESTS g1"
works "making the guest" xm create "$new"
guest_wait g1
contains "what it was told" "root=/dev/xvdb ro" "$(guest_run g1 cat /proc/cmdline)"
equal "its first disk" $((97 * 2048)) "$(guest_run g1 cat /sys/block/xvda/size)"
guest_works g1 test -d /sys/class/net/eth0
contains "what it is" "(type pv)" "$(xm list -l g1)"

# Of a PV guest there is nothing to see, and its only button is an NMI.
refuses "a screen" xm vncviewer g1
contains "the message" "has no screen" "$(cat $LAB_DIR/works)"
refuses "a power button" xm trigger g1 power
contains "the message" "takes nothing but nmi" "$(cat $LAB_DIR/works)"
works "it hears" xm shutdown -F g1
guest_gone g1 240
