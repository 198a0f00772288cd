# SPDX-License-Identifier: GPL-2.0-or-later
# shows: pygrub and PV GRUB boot the kernel that is inside a guest's disk, which is no disk of Dom0's, also when it reboots
# tier: full
# gate: xm-hvm2pv
# covers: tools/xm/lend.c tools/xm/place.c tools/xm/build.c tools/xm/preflight.c
# takes: 60
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/inside.sh

[ "$XM" = xm ] || skip "there is no xm"
cfg=$LAB_DIR/g1.cfg
# shellcheck disable=SC2046 # it is words
inside_disk /tmp/inside.img root=/dev/xvdb ro $(inside_words g1) console=hvc0

# config LINE...: a guest that boots so
config() {
	cat >"$cfg" <<-END
		name = 'g1'
		memory = 320
		tsc_mode = 'native'
		disk = [ $(inside_disks /tmp/inside.img xvda xvdb) ]
		vif = [ ]
	END
	printf '%s\n' "$@" >>"$cfg"
}

# served: by the file itself
served() {
	equal "its first disk" $((97 * 2048)) "$(guest_run g1 cat /sys/block/xvda/size)"
	contains "what it was told" "root=/dev/xvdb" "$(guest_run g1 cat /proc/cmdline)"
	if xm info | grep -q 'file_disks *: direct'; then
		inside_is_nowhere /tmp/inside.img
	fi
}

LAB_GUESTS="$LAB_GUESTS g1"
config "bootloader = 'pygrub'" "bootargs = '--quiet'"
works "making it with pygrub" xm create "$cfg"
guest_wait g1
served
id=$(guest_id g1)
works "rebooting it" xm reboot -w g1
guest_wait g1
[ "$(guest_id g1)" != "$id" ] || fail "it has not rebooted"
served
# What xm prints of it is what it can be made of again.
works "its configuration" sh -c "xm config g1 >$LAB_DIR/again.cfg"
guest_shutdown g1
works "making it of that" xm create $LAB_DIR/again.cfg
guest_wait g1
served
guest_shutdown g1

# Nothing there that boots.
cp /tmp/inside.img $LAB_DIR/kept.img
dd if=/dev/zero of=/tmp/inside.img bs=1M seek=1 count=8 conv=notrunc status=none
refuses "an empty disk" xm create "$cfg"
contains "the message" "pygrub finds nothing to boot on disk xvda, /tmp/inside.img" \
	"$(cat $LAB_DIR/works)"
cp $LAB_DIR/kept.img /tmp/inside.img

config "kernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'"
works "making it with PV GRUB" xm create "$cfg"
guest_wait g1
served
