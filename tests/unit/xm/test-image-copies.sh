#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are files: copied, made larger and smaller; and what is refused.

. ./image-world.sh

disk=$images/web1-disk.img
works create web1 --swap=16M --ip=192.0.2.5/24 --gateway=192.0.2.1 --dns=192.0.2.2
id=$(inside "$disk" etc/machine-id)
before=$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")
echo mine >"$configs/web2.cfg"
refuses 6 "web2.cfg exists already" xm image-clone web1 web2 --dhcp
same "somebody's file" mine "$(cat "$configs/web2.cfg")"
rm "$configs/web2.cfg"
refuses 5 'has the address 192.0.2.5/24' xm image-clone web1 web2
guest_has "$disk"
refuses 6 'is in use by guest g7' xm image-clone web1 web2 --dhcp
refuses 2 'a name of its own' xm image-clone web1 web1 --dhcp
refuses 2 'is no name of a volume group' xm image-clone web1 web2 --dhcp --lvm=/dev/vg0
guest_has "$images/web1-swap.img"
refuses 6 'is in use by guest g7' xm image-clone web1 web2 --dhcp
guest_gone
works xm image-clone web1 web2 --ip=192.0.2.6/24
two=$images/web2-disk.img
clean_fs "$two"
same hostname web2 "$(inside "$two" etc/hostname)"
same data "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$two" root/data | md5sum)"
differ "machine IDs" "$id" "$(inside "$two" etc/machine-id)"
for kind in rsa ecdsa ed25519; do
	differ "$kind keys" "$(inside "$disk" etc/ssh/ssh_host_${kind}_key.pub)" "$(inside "$two" etc/ssh/ssh_host_${kind}_key.pub)"
done
debugfs -R 'stat /etc/ssh/ssh_host_rsa_key' "$two" 2>/dev/null | grep -q 'Mode: *0600' || bad=1
inside "$two" etc/systemd/network/10-xm.network | grep -qx 'Address=192.0.2.6/24' || bad=1
inside "$two" etc/hosts | grep -qE '^192.0.2.6.web2$' || bad=1
differ "UUIDs" "$(dumpe2fs -h "$disk" 2>/dev/null | grep UUID)" "$(dumpe2fs -h "$two" 2>/dev/null | grep UUID)"
differ "MAC addresses" "$(grep -o 'mac=[^,'\'']*' "$configs/web1.cfg")" "$(grep -o 'mac=[^,'\'']*' "$configs/web2.cfg")"
grep -q "target=$two" "$configs/web2.cfg" || bad=1
same "the other one" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
verdict is_copied

cat >"$tmp/bin/cp" <<'END'
#!/bin/sh
[ -z "${RACE-}" ] || touch "$RACE"
echo "$*" >>"$FAKE_CALLS"
PATH=${PATH#*:}
exec cp "$@"
END
chmod +x "$tmp/bin/cp"
RACE=$disk refuses 6 'was written to meanwhile' xm image-clone web1 web3 --dhcp
# Nor if somebody was to write to it, but a copy was asked for.
: >"$FAKE_CALLS"
RACE=$disk refuses 6 'was written to meanwhile' xm image-clone --running --copy web1 web3 --dhcp
! grep reflink=always "$FAKE_CALLS" || bad=1
rm "$tmp/bin/cp"
guest_has "$disk"
refuses 6 'a copy takes its time' xm image-clone --running --copy web1 web3 --dhcp
guest_gone
same "what is left of web3" "" "$(left | grep web3)"
verdict written_to_is_not_copied

fs_size()
{
	echo $(($(dumpe2fs -h "$two" 2>/dev/null | sed -n 's/^Block count: *//p') * $(dumpe2fs -h "$two" 2>/dev/null | sed -n 's/^Block size: *//p') >> 20))
}
guest_has "$two"
works xm image-resize web2 +8M
same "size of the file" 32 "$(($(stat -c %s "$two") >> 20))"
same "the room is taken" 1 "$(($(stat -c '%b * %B >= %s' "$two")))"
grep -q 'resize2fs /dev/xvda' "$tmp/out" || bad=1
same "the guest's file system" 24 "$(fs_size)"
refuses 6 "is in use by guest g7" xm image-resize --shrink web2 16M
refuses 6 "is in use by guest g7" xm image-delete -y web2
guest_gone
works xm image-resize web2 40M
clean_fs "$two"
refuses 2 "say so with --shrink" xm image-resize web2 20M
refuses 2 "it has less than that now; leave --shrink out" xm image-resize --shrink web2 80M
refuses 2 "is not a size" xm image-resize web2 20
refuses 1 "has room for" xm image-resize web2 +500T
same "size of the file" 40M "$(($(stat -c %s "$two") >> 20))M"
grep -q 'free some$' "$tmp/err" || bad=1
# What is sparse takes no room for that.
works create web8 --sparse
works xm image-resize web8 +8T
works xm image-delete -y web8
works xm image-resize --shrink web2 20M
clean_fs "$two"
same "its file system" 20 "$(fs_size)"
same "mode of the disk" 600 "$(stat -c %a "$two")"
same "size of the file" 20M "$(($(stat -c %s "$two") >> 20))M"
same data "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$two" root/data | md5sum)"
# What the superblock says, is read as the file system's own programs do.
number()
{
	# shellcheck disable=SC2016
	sh -euc 'die() { exit 9; }; . "$1/image/store.sh"; shift; "$@"' sh "$XM" "$@"
}
said()
{
	dumpe2fs -h "$two" 2>/dev/null | sed -n "s/^$1: *//p"
}
same "block size" "$(said 'Block size')" "$(number ext_block "$two")"
same "blocks" "$(said 'Block count')" "$(number ext_blocks 4 336 "$two")"
same "free blocks" "$(said 'Free blocks')" "$(number ext_blocks 12 344 "$two")"
verdict is_resized

head -c 9000000 /dev/urandom >"$tmp/large"
debugfs -w -R "write $tmp/large large" "$two" 2>/dev/null
sum=$(md5sum <"$two")
ln "$two" "$tmp/other-name"
refuses 1 'has other names' xm image-resize --shrink web2 16M
rm "$tmp/other-name"
refuses 1 'is too small for what is on it' xm image-resize --shrink web2 16M
same "its disk" "$sum" "$(md5sum <"$two")"
echo mine >"$two.xm-new"
refuses 6 'xm-new is in the way' xm image-resize --shrink web2 16M
same "somebody's file" mine "$(cat "$two.xm-new")"
rm "$two.xm-new"
sed -i 's/^fs=.*/fs=xfs/' "$records/web2.image"
refuses 1 "can't be made smaller" xm image-resize --shrink web2 16M
sed -i 's/^fs=.*/fs=ext4/' "$records/web2.image"
verdict refuses_to_shrink

# What is not there now may be on something that will be.
mv "$two" "$tmp/away"
refuses 1 'is not there' xm image-delete -y web2
sed -i 's/^state=.*/state=resizing/' "$records/web2.image"
refuses 1 'is not there' xm image-resize web2 +16M
grep -qx state=resizing "$records/web2.image" || bad=1
mv "$tmp/away" "$two.xm-part"
refuses 2 'is not a size' xm image-resize web2 1
grep -qx state=ready "$records/web2.image" || bad=1
same "its disk" "$sum" "$(md5sum <"$two")"
verdict out_of_reach_is_not_forgotten

exec 7>"$records/web2.lock"
flock 7
refuses 6 'somebody is at work' xm image-resize web2 +16M
refuses 6 'somebody is at work' xm image-clone web2 web3 --dhcp
refuses 6 'somebody is at work' xm image-clone web1 web2 --dhcp
exec 7>&-
saved_guest "$SYSROOT/var/lib/xen/save/g9" "$two" 0
refuses 6 'guest g9, which is saved in' xm image-resize --shrink web2 16M
refuses 6 'is saved in .*/g9, so it can.t grow' xm image-resize web2 +16M
refuses 6 'guest g9, which is saved in' xm image-clone web2 web3 --dhcp
rm -r "$SYSROOT/var/lib/xen/save"
same "its disk" "$sum" "$(md5sum <"$two")"
verdict is_not_copied_or_resized_in_use

# What RPM distributions have their network configured by.
keyfile=etc/NetworkManager/system-connections/xm.nmconnection
rm "$FAKE_TREE/usr/lib/systemd/system/systemd-networkd.service"
mkdir -p "$FAKE_TREE/${keyfile%/*}"
works create web6
inside "$images/web6-disk.img" $keyfile | grep -qx 'method=auto' || bad=1
works xm image-clone web6 web7 --ip=2001:db8::7/64
inside "$images/web7-disk.img" $keyfile | grep -qx 'address1=2001:db8::7/64' || bad=1
debugfs -R "stat /$keyfile" "$images/web7-disk.img" 2>/dev/null | grep -q 'Mode: *0600' || bad=1
works xm image-delete -y web6
works xm image-delete -y web7
verdict of_an_rpm_distribution_is_copied

# One whose file system is broken: which one that is, and not the copy, is said.
works create web6
debugfs -w -R 'set_inode_field <2> mode 0' "$images/web6-disk.img" 2>/dev/null
refuses 1 "'e2fsck $images/web6-disk.img', when nobody uses that" xm image-clone web6 web7
works xm image-delete -y web6
verdict broken_is_not_copied

# A file that is larger than anybody would read it stays as it is.
works create web6
debugfs -w -R 'set_inode_field /etc/hosts size 400000' "$images/web6-disk.img" 2>/dev/null
sum=$(inside "$images/web6-disk.img" etc/hosts | md5sum)
works xm image-clone web6 web7
clean_fs "$images/web7-disk.img"
same "hosts" "$sum" "$(inside "$images/web7-disk.img" etc/hosts | md5sum)"
works xm image-delete -y web6
works xm image-delete -y web7
verdict with_a_huge_file_is_copied

works xm image-delete -y web2
works xm image-delete -y web1
nothing_left
verdict of_a_copy_is_deleted
