#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images that are volumes, copied and resized, with programs in the place of LVM's:
# snapshots go nowhere without their origins.

. ./image-world.sh

disk=$SYSROOT/dev/vg0/web1-disk
works create web1 --lvm=vg0 --swap=16M
sum=$(md5sum <"$disk")
guest_has "$disk"
refuses 6 'is in use by guest g7' xm image-clone web1 web2
works xm image-clone --running web1 web2
guest_gone
two=$SYSROOT/dev/vg0/web2-disk
clean_fs "$two"
same hostname web2 "$(inside "$two" etc/hostname)"
same origin web1-disk "$(cat "$FAKE_LVM/vg0/web2-disk/origin")"
refuses 6 'has snapshots, which need it (web2-disk)' xm image-delete -y web1
refuses 6 'has snapshots, which need it (web2-disk)' xm image-resize web1 +16M
refuses 6 'is a snapshot of web1-disk' xm image-resize web2 +16M
refuses 6 'is a snapshot of web1-disk' xm image-resize --shrink web2 16M
same "the origin" "$sum" "$(md5sum <"$disk")"
works xm image-clone --copy web1 web3
[ ! -e "$FAKE_LVM/vg0/web3-disk/origin" ] || bad=1
same hostname web3 "$(inside "$SYSROOT/dev/vg0/web3-disk" etc/hostname)"
guest_has "$disk"
refuses 6 'a copy takes its time' xm image-clone --copy --running web1 web4
guest_gone
verdict of_volumes_is_copied

# What was in a volume that is no more nobody sees.
nobodys()
{
	! grep -qa "somebody's data" "$1" || { echo "somebody's data is in $1"; bad=1; }
}
works create web5 --size=21M
works xm image-clone web5 web6 --lvm=vg0
same "size" 24 "$(($(stat -c %s "$SYSROOT/dev/vg0/web6-disk") >> 20))"
guest_has "$SYSROOT/dev/vg0/web6-disk"
works xm image-resize web6 32M
same "size" 32 "$(($(stat -c %s "$SYSROOT/dev/vg0/web6-disk") >> 20))"
same "volumes of web6" web6-disk "$(cd "$FAKE_LVM/vg0" && echo web6*)"
FAKE_FULL=1 refuses 1 'insufficient free space' xm image-resize web6 +16M
guest_gone
nobodys "$SYSROOT/dev/vg0/web6-disk"
clean_fs "$SYSROOT/dev/vg0/web6-disk"
grep -qx state=ready "$records/web6.image" || bad=1
# Cut off, it is what it was, and nothing else is left.
(FAKE_CUT=blkdiscard xm image-resize web6 +8M) >"$tmp/out" 2>&1
flock -w 300 "$records/web6.lock" true || bad=1
grep -qx state=resizing "$records/web6.image" || bad=1
refuses 2 'it has more than that now' xm image-resize web6 20M
same "size" 32 "$(($(stat -c %s "$SYSROOT/dev/vg0/web6-disk") >> 20))"
same "volumes of web6" web6-disk "$(cd "$FAKE_LVM/vg0" && echo web6*)"
grep -qx state=ready "$records/web6.image" || bad=1
# Nobody else takes it as long as LVM is at work on it.
(FAKE_CUT=lvextend xm image-resize web6 +8M) >"$tmp/out" 2>&1
flock -w 300 "$records/web6.lock" true || bad=1
same "size" 40 "$(($(stat -c %s "$SYSROOT/dev/vg0/web6-disk") >> 20))"
refuses 2 'it has more than that now' xm image-resize web6 20M
nobodys "$SYSROOT/dev/vg0/web6-disk"
# Somebody else's volume is not taken for one of these.
mkdir "$FAKE_LVM/vg0/web6-disk.xm-new"
refuses 1 'already exists' xm image-resize web6 +16M
refuses 1 'already exists' xm image-resize --shrink web6 20M
[ -d "$FAKE_LVM/vg0/web6-disk.xm-new" ] || { echo "somebody's volume is gone"; bad=1; }
rm -r "$FAKE_LVM/vg0/web6-disk.xm-new"
works xm image-resize --shrink web6 20M
nobodys "$SYSROOT/dev/vg0/web6-disk"
same "tags" "" "$(cat "$FAKE_LVM"/vg0/web6-disk/tags)"
works xm image-delete -y web6
works xm image-delete -y web5
verdict of_volumes_shows_nobodys_data

works xm image-resize web3 32M
# What is copied to where Dom0's own files are, is to have room there.
cat >"$tmp/bin/df" <<'END'
#!/bin/sh
printf 'Avail\n1048576\n'
END
chmod +x "$tmp/bin/df"
refuses 1 'has room for 1M, and a copy of what is on it' xm image-resize --shrink web3 20M
rm "$tmp/bin/df"
same "size" 32 "$(($(stat -c %s "$SYSROOT/dev/vg0/web3-disk") >> 20))"
works xm image-resize --shrink web3 20M
clean_fs "$SYSROOT/dev/vg0/web3-disk"
same "size" 20 "$(($(stat -c %s "$SYSROOT/dev/vg0/web3-disk") >> 20))"
verdict of_volumes_is_resized

works xm image-delete -y web2
works xm image-delete -y web1
works xm image-delete -y web3
nothing_left
same "volumes" "" "$(ls "$FAKE_LVM/vg0")"
verdict of_copied_volumes_is_deleted
