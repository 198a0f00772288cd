#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are files: made, listed, deleted; and what is refused.

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
FAKE_NO_STORE=1 refuses 6 'some guest perhaps (xenstored does not answer)' xm image-delete -y web1
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
echo "PRIVATE KEY" >"$tmp/key"
refuses 5 "it is a private key" create web2 --ssh-key="$tmp/key"
refuses 5 "it is no file" create web2 --ssh-key=<(echo ssh-rsa AAAA)
refuses 5 "rinse can't make rocky-4; it can make rocky-9" xm image-create web2 --suite=rocky-4 --size=1G --kernel="$tmp/vmlinuz"
refuses 2 "no name of a release" xm image-create web2 --suite=../bookworm --size=1G
for group in /dev/vg0 .. -f 'a b' ''; do
	refuses 2 "is no name of a volume group" create web2 --lvm="$group"
done
mkdir -p "$tmp/a
disk=/etc/passwd"
refuses 5 "unprintable character" create web2 --tree="$tmp/a
disk=/etc/passwd"
refuses 5 "unprintable character" create web2 --dir="$tmp/a
disk=/etc/passwd"
refuses 2 "is no URL" xm image-create web2 --suite=bookworm --size=1G --mirror=--bad
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
refuses 6 'somebody is at work' xm image-delete -y web1
exec 7>&-
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
verdict is_locked

# Somebody makes a file of that name at the last moment.
cat >"$tmp/bin/ln" <<'END'
#!/bin/sh
[ -z "${RACE-}" ] || echo mine >"$RACE"
PATH=${PATH#*:}
exec ln "$@"
END
chmod +x "$tmp/bin/ln"
for file in "$configs/web2.cfg" "$images/web2-swap.img"; do
	RACE=$file refuses 6 'was made by somebody else meanwhile' create web2 --swap=16M
	same "somebody's file" mine "$(cat "$file")"
	rm "$file"
	same "what is left of web2" "" "$(left | grep web2)"
done
rm "$tmp/bin/ln"
verdict overwrites_nothing

# xm was killed when all had its name, but for the record.
works create web2
two=$images/web2-disk.img
sum=$(md5sum <"$two")
sed -i 's/^state=.*/state=making/' "$records/web2.image"
ln "$configs/web2.cfg" "$configs/web2.cfg.xm-part"
ln "$two" "$two.xm-part"
refuses 6 'this image exists' create web2
same "its disk" "$sum" "$(md5sum <"$two")"
same "files" "web2-disk.img" "$(cd "$images" && echo web2*)"
grep -qx state=ready "$records/web2.image" || bad=1
# Or when not all had, and somebody has found the disk.
sed -i 's/^state=.*/state=making/' "$records/web2.image"
mv "$configs/web2.cfg" "$configs/web2.cfg.xm-part"
ln "$two" "$two.xm-part"
guest_has "$two"
refuses 6 "is in use by guest g7" create web2
refuses 6 "is in use by guest g7" xm image-delete -y web2
same "its disk" "$sum" "$(md5sum <"$two")"
guest_gone
works xm image-delete -y web2
same "what is left of web2" "" "$(left | grep web2)"
verdict is_finished_or_taken_back

# Links out of it, which a guest may have made: nothing of the host's is touched.
mkdir -p "$tmp/victim" "$tmp/links"
ln -s "$tmp/victim" "$tmp/links/etc"
echo mine >"$tmp/victim/hostname"
for path in etc/hostname etc etc/a/b; do
	! sh -c '. "$1/image/own.sh"; own_no_links "$2" "$3"' sh "$XM" "$tmp/links" $path || bad=1
done
sh -c '. "$1/image/own.sh"; own_no_links "$2" "$3"' sh "$XM" "$FAKE_TREE" etc/ssh || bad=1
# A file's name that is a link to a directory becomes a file.
mkdir -p "$tmp/links2/etc" "$tmp/own/own/etc"
ln -s "$tmp/victim" "$tmp/links2/etc/hostname"
echo web9 >"$tmp/own/own/etc/hostname"
apply()
{
	sh -euc 'die() { exit 1; }; step=test work=$2; . "$1/image/own.sh"; own_apply_dir "$3"' sh "$XM" "$tmp/own" "$1"
}
apply "$tmp/links2" || bad=1
same hostname web9 "$(cat "$tmp/links2/etc/hostname")"
! apply "$tmp/links" || bad=1
same "what links lead to" "hostname mine" "$(ls "$tmp/victim") $(cat "$tmp/victim/hostname")"
# Nor are the modules of the host's kernel put, or anything removed, where one leads.
modules()
{
	# shellcheck disable=SC2016
	sh -euc 'die() { exit 9; }; run() { shift; "$@"; }; work=$2; . "$1/image/own.sh"; . "$1/image/tree.sh"; tree_modules' sh "$XM" "$1"
}
release=$(find /lib/modules -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | head -n 1)
export IMG_KERNEL=/boot/vmlinuz-$release
for links in "lib:usr/lib usr:$tmp/victim" "lib/modules/$release:$tmp/victim" "lib/modules:$tmp/victim" "lib:$tmp/victim"; do
	[ -n "$release" ] || continue
	rm -rf "$tmp/links3" "$tmp/victim"/*
	mkdir -p "$tmp/links3/tree" "$tmp/victim/lib/modules/$release"
	: >"$tmp/victim/build"
	: >"$tmp/victim/lib/modules/$release/build"
	for link in $links; do
		mkdir -p "$(dirname "$tmp/links3/tree/${link%%:*}")"
		ln -s "${link#*:}" "$tmp/links3/tree/${link%%:*}"
	done
	modules "$tmp/links3"
	same "status with $links" 9 $?
	[ -e "$tmp/victim/build" ] && [ -e "$tmp/victim/lib/modules/$release/build" ] || bad=1
done
unset IMG_KERNEL
verdict follows_no_links

# What a guest has made of a file is read only if that can be done.
mkdir -p "$tmp/odd/etc"
mkfifo "$tmp/odd/etc/pipe"
truncate -s 1G "$tmp/odd/etc/large"
echo text >"$tmp/odd/etc/text"
for file in pipe: large: text:text nothing:; do
	# shellcheck disable=SC2016
	timeout 100 sh -euc '. "$1/image/own.sh"; own_where=$2; own_read "$3"' sh "$XM" "$tmp/odd" "etc/${file%:*}" >"$tmp/read" || bad=1
	same "what is read of ${file%:*}" "${file#*:}" "$(head -c 100 "$tmp/read" | tr -d '\000')"
	[ "$(stat -c %s "$tmp/read")" -lt 100 ] || bad=1
done
rm -r "$tmp/odd" "$tmp/read"
verdict reads_what_can_be_read

refuses 1 'say so with --yes' xm image-delete web1
mkdir -p "$configs/auto"
ln -s ../web1.cfg "$configs/auto/10-web1"
refuses 6 'is started with the host' xm image-delete -y web1
rm -r "$configs/auto"
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
verdict refuses_to_delete

save=$SYSROOT/var/lib/xen/save
saved_guest "$save/g9" "$disk" 0
works xm image-list web1
grep -q "guest g9, which is saved in $save/g9$" "$tmp/out" || bad=1
refuses 6 'guest g9, which is saved in' xm image-delete -y web1
refuses 6 "belongs to the guest that is saved in $save/g9; 'xm restore'" xm create "$configs/web1.cfg"
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
# Not one that has run on, was made afresh, or isn't complete; and what is something else.
saved_guest "$save/g9" "$disk" 0x80000000
saved_guest "$save/g9.stale" "$disk" 0
saved_guest "$save/g9.77.partial" "$disk" 0
head -c 100000 /dev/urandom >"$save/g10"
saved_guest "$save/g11" "$disk" 0 && truncate -s -20 "$save/g11"
mkfifo "$save/g12"
works xm image-list web1
grep -q ' free$' "$tmp/out" || bad=1
same messages "" "$(cat "$tmp/err")"
rm -r "$save"
verdict is_kept_for_a_saved_guest

# While it is not there: the old one is gone, and the next one could not be made yet.
pending=$(realpath "$OUT")/run/xend
mkdir -p "$pending"
restarts()
{
	printf 'restart 1\nnext %d\nlives 0\ntries 1\nagain %d\nkeep 0\nname g7\nuuid u\n%s\nend\n' \
		"$1" "$2" "{\"disks\": [{\"pdev_path\": \"$3\"}]}" >"$pending/restart-7"
}
restarts -1 1 "$disk"
works xm image-list web1
grep -q "guest g7, which is to be restarted$" "$tmp/out" || bad=1
refuses 6 'in use by guest g7, which is to be restarted' xm image-delete -y web1
same "the image" "$before" "$(md5sum "$disk" "$images/web1-swap.img" "$configs/web1.cfg")"
# Not one that is only to go, whose next one was there, or with another disk.
for other in "-1 0 $disk" "9 1 $disk" "-1 1 $tmp/other"; do
	restarts $other
	works xm image-list web1
	grep -q ' free$' "$tmp/out" || bad=1
done
rm "$pending/restart-7"
verdict is_kept_for_a_guest_that_is_restarted

mkdir "$tmp/a b"
works create web2 --dir="$tmp/a b" --swap=16M
# A guest that is restored has its disks at last only.
flock -s "$XM_RESTORE_LOCK" sleep 2 &
until ! flock -n "$XM_RESTORE_LOCK" true; do sleep 0.1; done
works xm image-delete -y web1
grep -q 'web1: waiting for guests that are restored' "$tmp/err" || bad=1
[ ! -e "$disk" ] && [ ! -e "$images/web1-swap.img" ] && [ ! -e "$configs/web1.cfg" ] || bad=1
refuses 3 'no such image' xm image-delete -y web1
same "the other one" "web2-disk.img
web2-swap.img" "$(ls "$tmp/a b")"
works xm create -n "$configs/web2.cfg"
grep -q "target=$tmp/a b/web2-swap.img" "$tmp/out" || bad=1
works xm image-delete -y web2
nothing_left
same "what is left" "" "$(ls "$tmp/a b")"
verdict is_deleted
