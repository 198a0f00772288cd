# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A host without Xen, LVM and mirrors, for tests of images: directories in SYSROOT, a small
# system to be put into images, and in $tmp/bin programs that do, with files, what those of
# LVM, mmdebstrap and rinse do. e2fsprogs are real. Sourced by test-image-*.sh.

. ./fake-store.sh
export PATH="$tmp/bin:$PATH:/usr/sbin:/sbin"
export SYSROOT=$tmp/root XM_IMAGE_HELPER=$XM/image/xm-image XENIFY_LOCK=$tmp/hotplug XM_RESTORE_LOCK=$tmp/restore.lock
export FAKE_LVM=$tmp/lvm FAKE_TREE=$tmp/tree FAKE_LOG=$tmp/mmdebstrap.log FAKE_CALLS=$tmp/calls
images=$SYSROOT/var/lib/xen/images
records=$SYSROOT/var/lib/xenify/images
configs=$SYSROOT/etc/xen
cache=$SYSROOT/var/cache/xenify/images
mkdir -p "$tmp/bin" "$images" "$configs" "$SYSROOT/var/lock" "$SYSROOT/etc" "$store" "$FAKE_LVM/vg0" "$SYSROOT/dev/vg0"
: >"$tmp/vmlinuz"
bad=0

for dir in etc/ssh etc/systemd/network usr/lib/systemd/system var/lib/systemd root etc/systemd/system; do
	mkdir -p "$FAKE_TREE/$dir"
done
echo 'PermitRootLogin no' >"$FAKE_TREE/etc/ssh/sshd_config"
echo secret >"$FAKE_TREE/etc/ssh/ssh_host_rsa_key"
echo old >"$FAKE_TREE/etc/machine-id"
echo seed >"$FAKE_TREE/var/lib/systemd/random-seed"
echo '[Unit]' >"$FAKE_TREE/usr/lib/systemd/system/systemd-networkd.service"
printf 'root:*:1::::::\nbin:*:1::::::\n' >"$FAKE_TREE/etc/shadow"
head -c 3000000 /dev/urandom >"$FAKE_TREE/root/data"
ln "$FAKE_TREE/root/data" "$FAKE_TREE/root/same"

# create NAME OPTION...: of the small system
create()
{
	"$OUT/xm-fake" image-create "$1" --tree="$FAKE_TREE" --size=24M --kernel="$tmp/vmlinuz" "${@:2}"
}

xm()
{
	"$OUT/xm-fake" "$@"
}

# works COMMAND...
works()
{
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null && return
	echo "status $?: $*"
	cat "$tmp/err"
	bad=1
}

# refuses STATUS PATTERN COMMAND...: with one line on standard error that has the pattern
refuses()
{
	"${@:3}" >"$tmp/out" 2>"$tmp/err" </dev/null
	have=$?
	[ $have -eq "$1" ] || {
		echo "status $have, want $1: ${*:3}"
		cat "$tmp/err"
		bad=1
	}
	grep -v '^xm: [^:]*: \(copying\|installing\|it has no network\|making\|taking\)' "$tmp/err" >"$tmp/lines"
	[ "$(wc -l <"$tmp/lines")" = 1 ] && grep -q -- "$2" "$tmp/lines" || {
		echo "want one line with '$2': ${*:3}"
		cat "$tmp/err"
		bad=1
	}
}

# same WHAT WANT HAVE
same()
{
	[ "$2" = "$3" ] && return
	printf '%s: want\n%s\nhave\n%s\n' "$@"
	bad=1
}

differ()
{
	[ -n "$2" ] && [ -n "$3" ] && [ "$2" != "$3" ] && return
	printf '%s: the same: %s %s\n' "$@"
	bad=1
}

verdict()
{
	if [ $bad -eq 0 ]; then echo "ok image_$1"; else echo "FAIL image_$1"; fi
	bad=0
}

# inside DISK PATH: a file in its file system
inside()
{
	debugfs -R "cat /$2" "$1" 2>/dev/null
}

clean_fs()
{
	e2fsck -fn "$1" >"$tmp/fsck" 2>&1 && return
	cat "$tmp/fsck"
	bad=1
}

# All that there is of images, but for locks and what can be made again.
left()
{
	(cd "$SYSROOT" && find etc/xen var/lib/xen dev -type f ! -name '*.lock' | sort
	 find var/lib/xenify -type f ! -name '*.lock' 2>/dev/null | sort
	 find var/cache/xenify -name 'work-*' -o -name '*.new' 2>/dev/null)
	(cd "$FAKE_LVM" && find . -type f -name 'tags' | sort)
}

nothing_left()
{
	same "what is left${1:+ $1}" "" "$(left)"
}

# guest_has DISK: a guest that runs with it
guest_has()
{
	nodes /local/domain/7/vm /vm/7 /local/domain/7/name g7 \
		/local/domain/0/backend/vbd/7/51712/params "$1" \
		/local/domain/0/backend/vbd/7/51712/mode w
}

guest_gone()
{
	rm -rf "$store/local/domain/7" "$store/local/domain/0/backend"
}

# saved_guest FILE DISK FLAGS: what "xm save" writes before a guest's memory
saved_guest()
{
	mkdir -p "$(dirname "$1")"
	python3 -c '
import json, struct, sys
text = json.dumps({"c_info": {"name": "g9"}, "disks": [{"pdev_path": "shared:" + sys.argv[2]}]}).encode() + b"\0"
head = b"Xen saved domain, xl format\n \0 \r".ljust(32, b"\0")
open(sys.argv[1], "wb").write(head + struct.pack("<5I", 0x01020304, 3, int(sys.argv[3], 0), len(text) + 4, len(text)) + text)
' "$@"
}

# --- programs

cat >"$tmp/bin/rinse" <<'END'
#!/bin/sh
# Its status is 0 whatever happens, as the real one's.
if [ "$1" = --list-distributions ]; then
	printf 'The following distributions are available:\n\trocky-9\n'
	exit
fi
printf '%s\n' "$@" >"$FAKE_LOG"
while [ "$1" != --directory ]; do shift; done
mkdir -p "$2"
[ -z "${FAKE_BROKEN-}" ] || { printf '[1:2] Downloading\rWget failed with exit code 8 for glibc\n'; exit; }
cp -a "$FAKE_TREE/." "$2/"
rm "$2/usr/lib/systemd/system/systemd-networkd.service"
mkdir -p "$2/usr/bin" "$2/etc/NetworkManager/system-connections"
cp /bin/true "$2/usr/bin/dnf"
printf '\r     \nInstallation complete.\n'
END
cat >"$tmp/bin/unshare" <<'END'
#!/bin/sh
while :; do
	case $1 in --propagation) shift 2 ;; -*) shift ;; *) break ;; esac
done
exec "$@"
END
cat >"$tmp/bin/chroot" <<'END'
#!/bin/sh
shift
echo "$*" >>"$FAKE_LOG"
END
printf '#!/bin/sh\n:\n' >"$tmp/bin/mount"
cp "$tmp/bin/mount" "$tmp/bin/umount"

cat >"$tmp/bin/mmdebstrap" <<'END'
#!/bin/sh
printf '%s\n' "$@" >"$FAKE_LOG"
while :; do
	case $1 in --*) shift ;; *) break ;; esac
done
mkdir -p "$2/var/cache/apt/archives"
echo "fetched" >"$2/var/cache/apt/archives/a_1.deb"
cp -a "$FAKE_TREE/." "$2/"
echo "$1" >"$2/etc/suite"
[ -z "${FAKE_BROKEN-}" ] || { echo "E: the mirror is gone" >&2; exit 1; }
END

cat >"$tmp/bin/cut-off" <<'END'
#!/bin/sh
# FAKE_CUT: by which program xm and its helper, which leads the process group, are killed,
# and which itself is at work for a while still. Either would end all that was started, if
# it saw the other one die: xm stands still when its helper does.
[ "${FAKE_CUT-}" = "$1" ] || exit 0
helper=$(ps -o pgid= -p $$ | tr -d ' ')
xm=$(ps -o ppid= -p "$helper" | tr -d ' ')
kill -STOP "$xm"
kill -KILL "$helper" "$xm"
sleep 1
END
cat >"$tmp/bin/lvm" <<'END'
#!/bin/bash
# Volumes are files; what is known of each is in $FAKE_LVM/GROUP/NAME/. They have whole
# extents of 4M, which somebody has had before; $FAKE_LVM.pv/N has what was in those that
# the Nth volume had, so that another one can have them.
old()
{
	truncate -s $((($2 + 4194303) / 4194304 * 4194304)) "$1"
	printf "somebody's data" | dd "of=$1" bs=4096 seek=$(($(stat -c %s "$1") / 4096 - 1)) conv=notrunc status=none
}
dev=$SYSROOT/dev name= size= tag= snap= all= rest=() field= origin=
tool=${0##*/}
while [ $# -gt 0 ]; do
	case $1 in
	-n) name=$2; shift ;;
	-L) size=${2%b}; shift ;;
	-l) all=1; shift ;;
	--addtag | --deltag) tag=$2; shift ;;
	-s) snap=1 ;;
	-o) field=$2; shift ;;
	-S) origin=${2#origin=}; shift ;;
	-*) ;;
	*) rest+=("$1") ;;
	esac
	shift
done
db=$FAKE_LVM/${rest[0]}
cut-off "$tool"
case $tool in
vgs) [ -d "$db" ] ;;
lvs)
	if [ -n "$origin" ]; then
		grep -lx "$origin" "$db"/*/origin 2>/dev/null | sed 's,/origin$,,; s,.*/,  ,'
		exit
	fi
	[ -d "$db" ] || { echo "  Failed to find logical volume" >&2; exit 5; }
	case $field in
	lv_name) echo "  ${rest[0]#*/}" ;;
	*) echo "  $(cat "$db/${field#lv_}" 2>/dev/null)" ;;
	esac
	;;
lvcreate)
	group=${rest[0]%%/*}
	db=$FAKE_LVM/$group/$name
	[ ! -d "$db" ] || { echo "  Logical volume \"$name\" already exists" >&2; exit 5; }
	[ -z "${FAKE_FULL-}" ] || { echo '  Volume group "vg0" has insufficient free space (1 extents): 6 required.' >&2; exit 5; }
	mkdir "$db" && echo "$tag" >"$db/tags"
	if [ -n "$snap" ]; then
		echo "${rest[0]#*/}" >"$db/origin"
		cp "$dev/${rest[0]}" "$dev/$group/$name"
	else
		old "$dev/$group/$name" "$size"
		mkdir -p "$FAKE_LVM.pv"
		number=$(ls "$FAKE_LVM.pv" | wc -l)
		: >"$FAKE_LVM.pv/$number"
		echo "/dev/pv:$number-$number" >"$db/seg_pe_ranges"
	fi
	;;
lvrename)
	mv "$FAKE_LVM/${rest[0]}/${rest[1]}" "$FAKE_LVM/${rest[0]}/${rest[2]}"
	mv "$dev/${rest[0]}/${rest[1]}" "$dev/${rest[0]}/${rest[2]}"
	;;
lvremove)
	# As the real one does: snapshots go with their origin.
	for child in $(grep -lx "${rest[0]#*/}" "${db%/*}"/*/origin 2>/dev/null); do
		child=$(basename "$(dirname "$child")")
		rm -rf "${db%/*}/$child" "$dev/${rest[0]%/*}/$child"
	done
	range=$(sed 's/.*-//' "$db/seg_pe_ranges" 2>/dev/null)
	[ -z "$range" ] || cat "$dev/${rest[0]}" >"$FAKE_LVM.pv/$range"
	rm -rf "$db" "$dev/${rest[0]}"
	;;
lvextend)
	disk=$dev/${rest[0]}
	for range in "${rest[@]:1}"; do
		cat "$FAKE_LVM.pv/${range##*-}" >>"$disk"
	done
	[ "$(stat -c %s "$disk")" -ge "$size" ] || old "$disk" "$size"
	;;
lvchange) : >"$db/tags" ;;
esac
END
for tool in vgs lvs lvcreate lvrename lvremove lvextend lvchange; do
	ln -s lvm "$tmp/bin/$tool"
done
cat >"$tmp/bin/blkdiscard" <<'END'
#!/bin/sh
cut-off blkdiscard
size=$(stat -c %s "$2")
truncate -s 0 "$2" && truncate -s "$size" "$2"
END
chmod +x "$tmp"/bin/*
