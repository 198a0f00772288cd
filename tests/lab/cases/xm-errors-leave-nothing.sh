# SPDX-License-Identifier: GPL-2.0-or-later
# shows: what makes xm create fail is said in one line, has its own status and leaves nothing behind
# tier: gate
# covers: tools/xm/
# takes: 28
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
	flock -n /var/lock/xl true || fail "$*: a lock is left"
}

truncate -s 1M /tmp/not-a-kernel /tmp/disk
at_exit "rm -f /tmp/not-a-kernel /tmp/disk"

refused 5 'kernel /boot/none: No such file' kernel=/boot/none
refused 5 'ramdisk /boot/none: No such file' ramdisk=/boot/none
refused 5 'disk xvda: /dev/none/lv: No such file' "disk=['phy:none/lv,xvda,w']"
refused 5 'disk xvda: /none: No such file' "disk=['file:/none,xvda,w']"
refused 5 'disk xvda: /none: No such file' "disk=['/none,raw,xvda,rw']"
refused 5 'bridge nobr does not exist' "vif=['bridge=nobr']"
refused 5 'hotplug script /none: No such file' "vif=['script=/none']"
refused 7 'too little memory: [0-9]* MiB are free and [0-9]* are needed' memory=1000000
refused 1 'could not be made' kernel=/tmp/not-a-kernel

guest_create g2 memory=128 disk='file:/tmp/disk,xvdb,w' line='on_crash="preserve"'
sed -i "s/^name = .*/name = 'g1'/" "$cfg"
refused 6 'disk xvdb: /tmp/disk is in use by guest g2' "disk=['file:/tmp/disk,xvdb,w']"
refused 6 'disk xvdb: /tmp/disk is in use by guest g2' "disk=['/tmp/disk,raw,xvdb,ro']"
refused 6 'mounted on /images' "disk=['phy:/dev/lab/images,xvdb,w']"
xm create "$cfg" name=g2 2>$LAB_DIR/err
equal "status for a name in use" 6 $?
contains "the message" "the name is in use by domain" "$(cat $LAB_DIR/err)"
