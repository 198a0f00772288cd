# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a configuration file from the days of Xen 2.0 boots, as it is, from LVM volumes
# tier: gate
# covers: tools/xm/classic.c tools/xm/classic-net.c tools/xm/config.c
# takes: 14
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
kernel=/boot/vmlinuz-2.6.10-xenU

# A volume that holds the guests' root from the start, because copying half a gigabyte takes
# minutes here: LVM's own data on a small file, behind it the image.
lab_writable_root apache1
truncate -s 1M /tmp/pv1
truncate -s 64M /tmp/pv2
pv1=$(losetup -f --show /tmp/pv1)
pv2=$(losetup -f --show /tmp/pv2)
at_exit "dmsetup remove --retry pv1; losetup -d $pv1; losetup -d $pv2"
at_exit "vgremove -qqf vgdisk vgsdap; ip link del xen-br0; rm -f /tmp/pv1 /tmp/pv2 $kernel"
works "a physical volume" dmsetup create pv1 --table "0 2048 linear $pv1 0
2048 $(blockdev --getsz /dev/mapper/root-apache1) linear /dev/mapper/root-apache1 0"
works "volume groups" vgcreate -s 1m --dataalignment 1m vgdisk /dev/mapper/pv1
works "volume groups" vgcreate vgsdap "$pv2"
works "the root volume" lvcreate -Wn -Zn -l 100%FREE -n apache1 vgdisk
works "the other volume" lvcreate -l 100%FREE -n apache1 vgsdap
works "the bridge" ip link add xen-br0 type bridge
ip link set xen-br0 up

cat >$LAB_DIR/apache1 <<EOF
kernel = "$kernel"
builder='linux'
memory = 256
name = "Apache1"
cpu = -1
nics = 1
vif = [ 'mac=aa:00:00:00:00:01, bridge=xen-br0' ]
disk = [ 'phy:vgdisk/apache1,sda1,w', 'phy:vgsdap/apache1,sda2,w' ]
root = "/dev/sda1 ro"
extra = 2
restart = 'onreboot'
EOF
refuses "a missing kernel" xm create $LAB_DIR/apache1
ln -s "$XENIFY_GUEST_KERNEL" $kernel

LAB_GUESTS=Apache1
xm create $LAB_DIR/apache1 2>$LAB_DIR/err || fail "$(cat $LAB_DIR/err)"
equal "warnings" 4 "$(grep -c 'warning: ' $LAB_DIR/err)"
for key in builder cpu nics restart; do
	contains "warnings" "warning: $key: " "$(cat $LAB_DIR/err)"
done
xm destroy Apache1

# The same with what the lab needs to look into it; tsc_mode for speed only.
works "creating it" xm create -q $LAB_DIR/apache1 tsc_mode=native \
	"extra=2 console=hvc0 clocksource=xen tsc=reliable xenify.agent"
guest_wait Apache1
contains "command line" "root=/dev/sda1 ro 2" "$(guest_run Apache1 cat /proc/cmdline)"
contains "disks" sda2 "$(guest_run Apache1 cat /proc/partitions)"
equal "MAC address" aa:00:00:00:00:01 "$(guest_run Apache1 cat /sys/class/net/eth0/address)"
contains "bridge" "vif$(guest_id Apache1).0" "$(ls /sys/class/net/xen-br0/brif)"
guest_shutdown Apache1
