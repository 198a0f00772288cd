#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are files: made, listed, copied, resized, deleted; and what is refused.

. ./image-world.sh

disk=$images/web1-disk.img
works create web1 --swap=16M --ip=192.0.2.5/24 --gateway=192.0.2.1 --dns=192.0.2.2
clean_fs "$disk"
same hostname web1 "$(inside "$disk" etc/hostname)"
same data "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$disk" root/same | md5sum)"
same "mode of the disk" 600 "$(stat -c %a "$disk")"
same "the room is taken" 1 "$(($(stat -c '%b * %B >= %s' "$disk")))"
id=$(inside "$disk" etc/machine-id)
same "length of the machine ID" 32 "${#id}"
same "a seed" "" "$(inside "$disk" var/lib/systemd/random-seed)"
differ "host key" secret "$(inside "$disk" etc/ssh/ssh_host_rsa_key)"
inside "$disk" etc/ssh/ssh_host_ed25519_key | grep -q 'OPENSSH PRIVATE KEY' || bad=1
inside "$disk" etc/fstab | grep -q '^/dev/xvda./.ext4' || bad=1
inside "$disk" etc/fstab | grep -q '^/dev/xvdb.none.swap' || bad=1
inside "$disk" etc/systemd/network/10-xm.network | grep -qx 'Address=192.0.2.5/24' || bad=1
inside "$disk" etc/systemd/network/10-xm.network | grep -qx 'DNS=192.0.2.2' || bad=1
inside "$disk" etc/hosts | grep -qE '^192.0.2.5.web1$' || bad=1
password=$(sed -n "s/^web1: root's password is //p" "$tmp/out")
hash=$(inside "$disk" etc/shadow | sed -n 's/^root:\([^:]*\):.*/\1/p')
# shellcheck disable=SC2016
same "the password" "$hash" "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' "$password" "$hash")"
works xm create -n "$configs/web1.cfg"
grep -q "target=$images/web1-swap.img" "$tmp/out" || bad=1
verdict is_made

works xm image-list --json
python3 -c '
import json, sys
one, = json.load(open(sys.argv[1]))
assert one["name"] == "web1" and one["state"] == "ready" and one["bytes"] == 24 << 20, one
assert one["used_by"] is None and one["address"] == "192.0.2.5/24", one' "$tmp/out" || bad=1
guest_has "$disk"
works xm image-list web1
grep -qE '^web1 +24M +ext4 +192.0.2.5/24 .*guest g7 \(domain 7\)$' "$tmp/out" || bad=1
guest_gone
refuses 3 'no such image' xm image-list web9
verdict is_listed

before=$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")
refuses 6 'this image exists' create web1
echo mine >"$images/web2-disk.img"
refuses 6 "web2-disk.img exists already" create web2
same "somebody's file" mine "$(cat "$images/web2-disk.img")"
rm "$images/web2-disk.img"
echo mine >"$configs/web2.cfg"
refuses 6 "web2.cfg exists already" create web2
refuses 6 "web2.cfg exists already" xm image-clone web1 web2 --dhcp
same "somebody's file" mine "$(cat "$configs/web2.cfg")"
rm "$configs/web2.cfg"
: >"$images/web2-swap.img.xm-part"
refuses 6 "web2-swap.img.xm-part exists already" create web2 --swap=16M
rm "$images/web2-swap.img.xm-part"
refuses 1 "has room for" create web2 --size=500T
mkdir -p "$tmp/large-tree/etc"
head -c 20000000 /dev/zero >"$tmp/large-tree/file"
refuses 1 "is too small for that" create web2 --tree="$tmp/large-tree"
refuses 2 "of 16M at least" create web2 --size=15M
refuses 1 "no directory etc" create web2 --tree="$FAKE_TREE/root"
refuses 5 "No such file" create web2 --tree="$tmp/nothing"
refuses 5 "is not the whole path of a directory" create web2 --dir="$tmp/nothing"
refuses 5 "No such file" create web2 --kernel="$tmp/nothing"
refuses 5 "is relative" create web2 --kernel=vmlinuz
refuses 5 "it is a private key" create web2 --ssh-key=<(echo PRIVATE KEY)
refuses 5 "RPM distributions are not made here" xm image-create web2 --suite=rocky-9 --size=1G
refuses 2 "needs --suite" xm image-create web2 --size=1G
refuses 2 "don't go together" create web2 --suite=bookworm
refuses 2 "is not a size" create web2 --size=5
refuses 2 "is not an address" create web2 --ip=192.0.2.5
refuses 2 "none of ext4" create web2 --fs=reiserfs
refuses 2 "is a host name" create ../web2
refuses 2 "multicast" create web2 --mac=01:00:00:00:00:01
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
same "images" web1 "$(xm image-list | sed '1d; s/ .*//')"
verdict refuses_to_make

exec 7>"$records/web1.lock"
flock 7
refuses 6 'somebody is at work' create web1
refuses 6 'somebody is at work' xm image-resize web1 +16M
refuses 6 'somebody is at work' xm image-clone web1 web2 --dhcp
refuses 6 'somebody is at work' xm image-delete -y web1
exec 7>&-
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
verdict is_locked

refuses 5 'has the address 192.0.2.5/24' xm image-clone web1 web2
guest_has "$disk"
refuses 6 'is in use by guest g7' xm image-clone web1 web2 --dhcp
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

# Links out of it, which a guest may have made: nothing of the host's is touched.
mkdir -p "$tmp/victim" "$tmp/links"
ln -s "$tmp/victim" "$tmp/links/etc"
echo mine >"$tmp/victim/hostname"
for path in etc/hostname etc etc/a/b; do
	! sh -c '. "$1/image/own.sh"; own_no_links "$2" "$3"' sh "$XM" "$tmp/links" $path || bad=1
done
sh -c '. "$1/image/own.sh"; own_no_links "$2" "$3"' sh "$XM" "$FAKE_TREE" etc/ssh || bad=1
verdict follows_no_links

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
refuses 2 "it has less than that now" xm image-resize --shrink web2 80M
refuses 2 "is not a size" xm image-resize web2 20
refuses 1 "has room for" xm image-resize web2 +500T
same "size of the file" 40M "$(($(stat -c %s "$two") >> 20))M"
works xm image-resize --shrink web2 20M
clean_fs "$two"
same "its file system" 20 "$(fs_size)"
same "mode of the disk" 600 "$(stat -c %a "$two")"
same "size of the file" 20M "$(($(stat -c %s "$two") >> 20))M"
same data "$(md5sum <"$FAKE_TREE/root/data")" "$(inside "$two" root/data | md5sum)"
verdict is_resized

head -c 9000000 /dev/urandom >"$tmp/large"
debugfs -w -R "write $tmp/large large" "$two" 2>/dev/null
sum=$(md5sum <"$two")
refuses 1 'is too small for what is on it' xm image-resize --shrink web2 16M
same "its disk" "$sum" "$(md5sum <"$two")"
sed -i 's/^fs=.*/fs=xfs/' "$records/web2.image"
refuses 1 "can't be made smaller" xm image-resize --shrink web2 16M
sed -i 's/^fs=.*/fs=ext4/' "$records/web2.image"
verdict refuses_to_shrink

refuses 1 'say so with --yes' xm image-delete web2
mkdir -p "$SYSROOT/var/lib/xen/save" "$configs/auto"
: >"$SYSROOT/var/lib/xen/save/web2"
refuses 6 'which is saved' xm image-delete -y web2
rm -r "$SYSROOT/var/lib/xen/save"
ln -s ../web2.cfg "$configs/auto/10-web2"
refuses 6 'is started with the host' xm image-delete -y web2
rm -r "$configs/auto"
same "its disk" "$sum" "$(md5sum <"$two")"
works xm image-delete -y web2
[ ! -e "$two" ] && [ ! -e "$images/web2-swap.img" ] && [ ! -e "$configs/web2.cfg" ] || bad=1
refuses 3 'no such image' xm image-delete -y web2
same "the other one" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
works xm image-delete -y web1
nothing_left
verdict is_deleted

install()
{
	xm image-create "$1" --suite=bookworm --size=24M --kernel="$tmp/vmlinuz" "${@:2}"
}
FAKE_BROKEN=1 refuses 1 'mmdebstrap failed: E: the mirror is gone' install web1
nothing_left
same "what was fetched" a_1.deb "$(ls "$cache"/debs-bookworm)"
works install web1
same "its suite" bookworm "$(inside "$images/web1-disk.img" etc/suite)"
same "packages in it" "" "$(inside "$images/web1-disk.img" var/cache/apt/archives/a_1.deb)"
rm "$FAKE_LOG"
works install web2
[ ! -e "$FAKE_LOG" ] || { echo "it was installed again"; bad=1; }
same hostname web1 "$(inside "$images/web1-disk.img" etc/hostname)"
same hostname web2 "$(inside "$images/web2-disk.img" etc/hostname)"
works install web3 --packages=apache2 --role="$tmp/bin/blkdiscard" --mirror=http://example.org/debian
grep -q '^--include=.*,apache2$' "$FAKE_LOG" || bad=1
grep -qx -- "--customize-hook=$tmp/bin/blkdiscard" "$FAKE_LOG" || bad=1
same "the mirror" http://example.org/debian "$(tail -n 1 "$FAKE_LOG")"
rm "$FAKE_LOG"
works install web4 --fresh
[ -e "$FAKE_LOG" ] || { echo "it was not made afresh"; bad=1; }
refuses 5 "can be run" install web5 --role="$tmp/vmlinuz"
verdict is_installed
