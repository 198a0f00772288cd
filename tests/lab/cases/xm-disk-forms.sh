# SPDX-License-Identifier: GPL-2.0-or-later
# shows: every way to write down a disk gives the guest that disk, writable or not as it says
# tier: gate
# covers: tools/xm/disk.c tools/xm/disk.h tools/xm/place.c tools/xm/hotplug/block-xenify.c
# covers: tools/xm/lend.c tools/xm/lend.h
# takes: 19
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
at_exit "rm -f /tmp/form-*"
for i in 1 2 3 4 5 6 7 8 9; do
	truncate -s ${i}M /tmp/form-$i
done
guest_create g1 line="disk += [ 'phy:ram0,xvdb,w', 'phy:ram1:xvdc:r', 'file:/tmp/form-1,xvdd,w' ]" \
	line="disk += [ 'file-cached:/tmp/form-2,xvde,w', 'file:/tmp/form-3,sda1,ro' ]" \
	line="disk += [ 'format=raw,vdev=xvdf,access=rw,target=/tmp/form-4' ]" \
	line="disk += [ '/tmp/form-5,raw,xvdg,ro', 'file:/tmp/form-6,xvdh,w!' ]" \
	line="disk += [ 'phy:/dev/ram2,xvdi,w!', 'file:/tmp/form-7,xvdj:cdrom,r' ]" \
	line="disk += [ 'file:/tmp/form-8,hda3,w', 'file:/tmp/form-9,xvdk1,w' ]"

# has VDEV MIB READ-ONLY
has() {
	equal "size of $1" $(($2 * 2048)) "$(guest_run g1 cat /sys/block/"$1"/size)"
	equal "read-only $1" "$3" "$(guest_run g1 cat /sys/block/"$1"/ro)"
}
ram=$(($(blockdev --getsize64 /dev/ram0) / 1048576))
has xvdb $ram 0
has xvdc $ram 1
has xvdd 1 0
has xvde 2 0
has xvdf 4 0
has xvdg 5 1
has xvdh 6 0
has xvdi $ram 0
has xvdj 7 1
# Whole disks that are called like partitions of some.
guest_run g1 cat /proc/partitions >$LAB_DIR/partitions
for disk in sda1:3 hda3:8 xvdk1:9; do
	equal "KiB of ${disk%:*}" $((${disk#*:} * 1024)) \
		"$(awk -v d="${disk%:*}" '$4 == d { print $3 }' $LAB_DIR/partitions)"
done
refuses "disks of which these are no partitions" grep -E ' (sda|hda|xvdk)$' $LAB_DIR/partitions
# What a player asks of a drive, of those that are and are not one.
is_cdrom() {
	guest_run g1 "python3 -c 'import fcntl, os; fcntl.ioctl(os.open(\"/dev/$1\", os.O_RDONLY), 0x5331)'"
}
works "asking a CD-ROM" is_cdrom xvdj
refuses "asking another disk" is_cdrom xvdg

# The data is where it belongs, through the page cache or around it.
for disk in xvdd:/tmp/form-1 xvde:/tmp/form-2 xvdh:/tmp/form-6 hda3:/tmp/form-8 xvdk1:/tmp/form-9; do
	guest_works g1 "echo ${disk%:*} | dd of=/dev/${disk%:*} bs=512 conv=sync,fsync"
	contains "${disk#*:}" "${disk%:*}" "$(head -c 5 "${disk#*:}")"
done
if xm info | grep -q 'file_disks *: direct'; then
	# A CD-ROM goes by Xen's own script.
	equal "loop devices" /tmp/form-7 "$(losetup -n -O BACK-FILE)"
fi

# w! was asked for by the second user, too; w was not.
guest_start g2 disk='file:/tmp/form-6,xvdb,w!'
refuses "a second writer" xm block-attach g2 file:/tmp/form-1,xvdc,w
refuses "a reader beside a writer" xm block-attach g2 file:/tmp/form-1,xvdc,r
works "a second reader" xm block-attach g2 /tmp/form-5,raw,xvdc,ro

# A bootloader reads the first disk where it is: Dom0 gets no disk of its own that a guest wrote.
cat >/tmp/form-loader <<END
#!/bin/sh
while [ \$# -gt 1 ]; do
	case \$1 in --output=*) out=\${1#*=} ;; esac
	shift
done
echo "\$1" >/tmp/form-loaded
printf 'kernel $XENIFY_GUEST_KERNEL\0' >"\$out"
END
chmod +x /tmp/form-loader
guest_destroy g1
cfg=$(guest_config g1)
sed -i '/^kernel/d; /^disk/d' "$cfg"
echo "bootloader = '/tmp/form-loader'; disk = [ 'file:/tmp/form-1,xvda,w', 'file:/tmp/form-2,xvdb,w' ]" >>"$cfg"
works "making it with a bootloader" xm create -p "$cfg"
equal "what the bootloader read" /tmp/form-1 "$(cat /tmp/form-loaded)"
backend=/local/domain/0/backend/vbd/$(xm domid g1)
equal "who serves the other disk" /tmp/form-2 \
	"$(xenstore-read "$backend/51728/physical-device-path")"
if xm info | grep -q 'file_disks *: direct'; then
	equal "who serves the first" /tmp/form-1 \
		"$(xenstore-read "$backend/51712/physical-device-path")"
	equal "loop devices for it" "" "$(losetup -n -O BACK-FILE | grep form-1)"
fi
guest_destroy g1

# What it does not find is told with the disk that it looked at.
printf '#!/bin/sh\nexit 1\n' >/tmp/form-loader
refuses "a bootloader that finds nothing" xm create "$cfg"
contains "the message" "finds nothing to boot on disk xvda, /tmp/form-1" "$(cat $LAB_DIR/works)"
lab_is_gone g1 || fail "something of the guest is left"
