# SPDX-License-Identifier: GPL-2.0-or-later
# shows: what makes xm create fail is said in one line, has its own status and leaves nothing behind
# tier: gate
# covers: tools/xm/
# takes: 34
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
cfg=$(guest_config g1)

world() {
	# Names only: a guest that runs changes values. The first guest ever makes empty parents.
	xenstore-ls -f / | cut -d ' ' -f 1 | grep -vxE '/tool.*|/libxl|/vm|.*/0/backend(/[a-z]*)?'
	ls /var/lib/xen
	losetup -n -O NAME,BACK-FILE
	pgrep -fa 'xm watch-domain'
}

# refused STATUS PATTERN KEY=VALUE...
refused() {
	want=$1 pattern=$2
	shift 2
	before=$(world)
	xm create "$cfg" "$@" >$LAB_DIR/out 2>$LAB_DIR/err
	equal "status of xm create $*" "$want" $?
	equal "standard output" "" "$(cat $LAB_DIR/out)"
	equal "lines on standard error" 1 "$(wc -l <$LAB_DIR/err)"
	grep -q "^xm: g1: .*$pattern" $LAB_DIR/err || fail "$*: $(cat $LAB_DIR/err)"
	equal "what is left after $*" "$before" "$(world)"
	# The lock is fcntl's: flock(1) would get it all the same.
	python3 -c 'import fcntl; fcntl.lockf(open("/var/lock/xl", "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)' ||
		fail "$*: a lock is left"
}

truncate -s 1M /tmp/not-a-kernel /tmp/disk
at_exit "rm -f /tmp/not-a-kernel /tmp/disk"

refused 5 'kernel /boot/none: No such file' kernel=/boot/none
refused 5 'ramdisk /boot/none: No such file' ramdisk=/boot/none
refused 5 'disk xvda: /dev/none/lv: No such file' "disk=['phy:none/lv,xvda,w']"
refused 5 'disk xvda: /none: No such file' "disk=['file:/none,xvda,w']"
refused 5 'disk xvda: /none: No such file' "disk=['/none,raw,xvda,rw']"
mknod /tmp/ghost b 8 240
at_exit "rm -f /tmp/ghost"
refused 5 'disk xvda: /tmp/ghost cannot be opened: No such device' "disk=['phy:/tmp/ghost,xvda,w']"
works "a read-only device" blockdev --setro /dev/ram3
at_exit "blockdev --setrw /dev/ram3"
refused 5 'disk xvda: /dev/ram3 is read-only' "disk=['phy:/dev/ram3,xvda,w']"
refused 5 'bridge nobr does not exist' "vif=['bridge=nobr']"
refused 5 'hotplug script /none: No such file' "vif=['script=/none']"
refused 7 'too little memory: [0-9]* MiB are free and [0-9]* are needed' memory=1000000
refused 1 'could not be made' kernel=/tmp/not-a-kernel

guest_create g2 memory=128 disk='file:/tmp/disk,xvdb,w' line='on_crash="preserve"'
sed -i "s/^name = .*/name = 'g1'/" "$cfg"
refused 6 'disk xvdb: /tmp/disk is in use by guest g2' "disk=['file:/tmp/disk,xvdb,w']"
refused 6 'disk xvdb: /tmp/disk is in use by guest g2' "disk=['/tmp/disk,raw,xvdb,ro']"
refused 6 'mounted on /images' "disk=['phy:/dev/lab/images,xvdb,w']"
# What Dom0 itself uses: by a loop device, as swap, a partition of it, as a part of another device.
truncate -s 8M /tmp/mounted /tmp/parts /tmp/part-of
dd if=/dev/zero of=/images/swap bs=1M count=8 status=none
chmod 600 /images/swap
mkdir -p /run/mounted /run/part
at_exit "rm -rf /tmp/mounted /images/swap /tmp/parts /tmp/part-of"
works "an image" mkfs.ext4 -q /tmp/mounted
works "mounting it" mount -o loop /tmp/mounted /run/mounted
at_exit "umount -d /run/mounted"
loop=$(losetup -nO NAME -j /tmp/mounted)
refused 6 "/tmp/mounted is in use by domain 0 (loop device $loop)" "disk=['file:/tmp/mounted,xvdb,w']"
refused 6 '/tmp/mounted is in use by domain 0 (mounted on' "disk=['file:/tmp/mounted,xvdb,r']"
refused 6 'mounted on /run/mounted' "disk=['phy:$loop,xvdb,w']"
works "making swap" mkswap -q /images/swap
works "swapping to it" swapon /images/swap
at_exit "swapoff /images/swap"
refused 6 'domain 0 (swap)' "disk=['file:/images/swap,xvdb,w']"
part=$(losetup -f --show /tmp/part-of)
at_exit "losetup -d $part"
works "a device that is made of it" dmsetup create part-of --table "0 8192 linear $part 0"
at_exit "dmsetup remove --retry part-of"
refused 6 'domain 0 (part of /dev/dm-' "disk=['phy:$part,xvdb,w']"
works "making a partition" python3 -c 'import struct
with open("/tmp/parts", "r+b") as disk:
    disk.seek(446)
    disk.write(struct.pack("<4x4B2I", 0x83, 0, 0, 0, 2048, 12288))
    disk.seek(510)
    disk.write(b"\x55\xaa")'
whole=$(losetup -P -f --show /tmp/parts)
at_exit "losetup -d $whole"
works "a file system on a partition" mkfs.ext4 -q "${whole}p1"
works "mounting it" mount "${whole}p1" /run/part
at_exit "umount /run/part"
refused 6 'mounted on /run/part' "disk=['phy:$whole,xvdb,w']"
refused 6 'mounted on /run/part' "disk=['phy:$whole,xvdb,r']"
# Read-only beside read-only is fine.
works "read-only" mount -o remount,ro /run/mounted
works "a reader beside one" xm block-attach g2 file:/tmp/mounted,xvdc,r
works "it goes" xm block-detach g2 xvdc

refused 6 'interface xenbr0 in domain 0' "vif=['bridge=xenbr0,vifname=xenbr0']"
refused 5 'is called twin, too' "vif=['vifname=twin','vifname=twin']"

xm create "$cfg" name=g2 2>$LAB_DIR/err
equal "status for a name in use" 6 $?
contains "the message" "the name is in use by domain" "$(cat $LAB_DIR/err)"
