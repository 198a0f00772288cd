# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest without a disk has its root on an NFS server in Dom0, as a Xen 2.0 file says
# tier: gate
# covers: tools/xm/classic-net.c
# takes: 9
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
root=/run/nfs-root
modprobe -q nfsd
mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd 2>/dev/null ||
	skip "no NFS server in Dom0's kernel"

lab_writable_root nfs1
mkdir -p $root /run/rpcbind
chown _rpc /run/rpcbind 2>/dev/null
at_exit "umount $root"
works "the root" mount -t ext4 /dev/mapper/root-nfs1 $root
at_exit 'kill $(pidof rpc.mountd rpcbind)'
works "the port mapper" rpcbind
works "exporting" exportfs -i -o rw,no_root_squash,no_subtree_check,fsid=77 10.77.0.0/24:$root
at_exit "exportfs -ua; exportfs -f"
echo 4 >/proc/fs/nfsd/threads || fail "nfsd does not start"
at_exit "echo 0 >/proc/fs/nfsd/threads"
works "the mount daemon" rpc.mountd

cat >$LAB_DIR/nfs1 <<EOF
kernel = "$XENIFY_GUEST_KERNEL"
builder = 'linux'
memory = 320
name = "nfs1"
vif = [ 'bridge=xenbr0' ]
ip = '10.77.0.5'
netmask = '255.255.255.0'
gateway = '10.77.0.1'
hostname = 'nfs1'
root = '/dev/nfs'
nfs_server = '10.77.0.1'
nfs_root = '$root'
extra = 'rw console=hvc0 earlyprintk=xen clocksource=xen tsc=reliable xenify.agent xenify.name=nfs1'
tsc_mode = 'native'
EOF
LAB_GUESTS=nfs1
xm create $LAB_DIR/nfs1 2>$LAB_DIR/err || fail "$(cat $LAB_DIR/err)"
for key in ip netmask gateway hostname nfs_server nfs_root; do
	contains "warnings" "warning: $key: obsolete; using " "$(cat $LAB_DIR/err)"
done
guest_wait nfs1
contains "command line" \
	"ip=10.77.0.5:10.77.0.1:10.77.0.1:255.255.255.0:nfs1:eth0:off nfsroot=10.77.0.1:$root root=/dev/nfs rw" \
	"$(guest_run nfs1 cat /proc/cmdline)"
equal "the file system of /" nfs "$(guest_run nfs1 stat -f -c %T /)"
contains "who serves it" "10.77.0.1:$root" "$(guest_run nfs1 'grep " / " /proc/mounts')"
equal "disks" "" "$(guest_run nfs1 'ls /sys/block | grep xvd')"
guest_works nfs1 'dd if=/dev/urandom of=/root/made-in-guest bs=64k count=32 && sync'
equal "what the guest has written" "$(guest_run nfs1 'cksum </root/made-in-guest')" \
	"$(cksum <$root/root/made-in-guest)"
guest_shutdown nfs1
