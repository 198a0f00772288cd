# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=ours guest=ours smp=1 memory=2G svm=1
# shows: an HVM guest of a file for Xen 4.0 boots from its disk by its BIOS, has a screen and buttons, and comes again
# tier: full
# gate: xm-hvm2pv
# covers: tools/xm/hvm.c tools/xm/button.c tools/xm/cmd-vncviewer.c tools/xm/down.c tools/xm/end.c tools/xm/sxp.c
# takes: 60
# limit: 900
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
xl info | grep -q '^virt_caps.*hvm' || skip "Xen has no HVM here: the CPU is not an emulated AMD-V"
cfg=$LAB_DIR/h1.cfg serial=/tmp/hvm-serial
at_exit "rm -f /tmp/hvm-*"

# sector FILE LAST: boots, says "hvm boots" on the first serial port, and then does LAST
sector() {
	python3 - "$1" "$2" <<-'END'
		import sys
		code = "31c08ed8be407cac84c0741288c3bafd03eca82074fb88d8baf803eeebe9" + sys.argv[2]
		code = bytes.fromhex(code).ljust(0x40, b"\x90") + b"hvm boots\r\n\0"
		with open(sys.argv[1], "wb") as file:
		    file.write(code.ljust(510, b"\0") + b"\x55\xaa" + bytes(1 << 20))
	END
}
says() {
	grep -q "hvm boots" $serial
}

# It halts, with interrupts and for ever. Without them Xen takes it for the end.
sector /tmp/hvm-stays fbf4ebfc
sector /tmp/hvm-ends faf4ebfc
cat >"$cfg" <<-END
	kernel = '/usr/lib/xen-4.0/boot/hvmloader'
	builder = 'hvm'
	name = 'h1'
	memory = 64
	vcpus = 1
	device_model = '/usr/lib/xen-4.0/bin/qemu-dm'
	boot = 'cda'
	sdl = 0
	vnc = 1
	vnclisten = '127.0.0.1'
	stdvga = 1
	serial = 'file:$serial'
	usb = 1
	usbdevice = 'tablet'
	acpi = 1
	apic = 1
	pae = 1
	localtime = 1
	disk = [ 'file:/tmp/hvm-stays,hda,w', 'file:/tmp/hvm-ends,hdc:cdrom,r' ]
	vif = [ 'type=ioemu,bridge=xenbr0,model=e1000' ]
END
LAB_GUESTS="$LAB_GUESTS h1 h2"
works "making it" xm create "$cfg"
within 120 "it boots" says
contains "what it is" "(type hvm)" "$(xm list -l h1)"
contains "what it boots from" "(boot cda)" "$(xm list -l h1)"

# Its disk is nobody else's.
sed "s/'h1'/'h2'/" "$cfg" >$LAB_DIR/h2.cfg
refuses "its disk for another" xm create -q $LAB_DIR/h2.cfg
contains "the message" "disk hda: /tmp/hvm-stays is in use by" "$(cat $LAB_DIR/works)"

# The screen is there, and a program is told where.
port=$(xenstore-read "/local/domain/$(guest_id h1)/console/vnc-port")
equal "who answers there" "RFB 003.008" "$(python3 -c "import socket
print(socket.create_connection(('127.0.0.1', $port)).recv(11).decode())")"
cat >/tmp/hvm-viewer <<-'END'
	#!/bin/sh
	echo "$@" >/tmp/hvm-shown
END
chmod +x /tmp/hvm-viewer
works "seeing it" env VNCVIEWER=/tmp/hvm-viewer xm vncviewer h1
contains "what is shown" "127.0.0.1:$((port - 5900))" "$(cat /tmp/hvm-shown)"

# It hears nothing; its reset button ends it, and it is made anew.
refuses "asking it" xm shutdown h1
contains "the message" "has no PV driver to hear it; -F presses its power button" \
	"$(cat $LAB_DIR/works)"
id=$(guest_id h1)
: >$serial
works "its reset button" xm reboot -F -w h1
[ "$(guest_id h1)" != "$id" ] || fail "it was not made anew"
within 120 "it boots again" says
id=$(guest_id h1)
: >$serial
works "the same by trigger" xm trigger h1 reset
again() {
	now=$(xm domid h1) && [ "$now" != "$id" ]
}
within 120 "it is made anew" again
within 120 "it boots again" says
works "its power button, which nobody heeds" xm trigger h1 power

# What xm prints of it is what it can be made of again.
works "its configuration" sh -c "xm config h1 >$LAB_DIR/again.cfg"
guest_destroy h1
: >$serial
rm -f /tmp/hvm-shown
works "making it of that, to be seen" env VNCVIEWER=/tmp/hvm-viewer xm create -V $LAB_DIR/again.cfg
within 120 "it boots" says
within 30 "it is shown" test -s /tmp/hvm-shown
guest_destroy h1

# One that ends by itself is gone, and nothing of it is left.
: >$serial
works "making one that ends" xm create -q "$cfg" "disk=['file:/tmp/hvm-ends,hda,w']"
within 120 "it boots" says
guest_gone h1
equal "device models that are left" "" "$(pgrep -f 'xen-qemu-system.*h1')"
