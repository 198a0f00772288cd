# SPDX-License-Identifier: GPL-2.0-or-later
#
# For tests that install: a copy of this machine's root that is gone afterwards (an
# overlay in a mount namespace), with another /boot. Three things are not real there:
# the initrd, which grub-boot-test makes and boots with, what grub-probe says of
# disks, and that it is no container, in which GRUB's hook would do nothing. (And
# no index of man pages is made, which would take the longest.) Read with "." by
# bash; ROOT is the repository.

PATH=$PATH:/sbin:/usr/sbin
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

fail() {
	echo "$*"
	exit 1
}

# root_enter NAME ARGUMENT...: the test again, in a namespace of its own.
root_enter() {
	[ "${ROOT_INSIDE-}" != "$1" ] || return 0
	local as_root=(--map-root-user)
	[ "$(id -u)" != 0 ] || as_root=()
	export ROOT_INSIDE=$1
	exec unshare --mount "${as_root[@]}" "$0" "${@:2}"
}

root_fake() {
	cat >"$new/$1"
	chmod 755 "$new/$1"
}

# root_make NAME: sets top and new, the root; what was written to it is in top/upper.
root_make() {
	top=$ROOT/build/tests/$1
	new=$top/root
	mkdir -p "$top"
	mount -t tmpfs -o size=2G tmpfs "$top"
	mkdir "$top"/{upper,work,root}
	mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$new"
	local dir
	for dir in /proc /dev /sys "$ROOT"; do
		mkdir -p "$new$dir"
		mount --rbind "$dir" "$new$dir"
	done
	find "$new/boot" -mindepth 1 -delete
	mkdir -p "$new/boot/grub"
	: >"$new/boot/grub/grub.cfg"
	printf 'GRUB_DISTRIBUTOR=Debian\nGRUB_DISABLE_OS_PROBER=true\n' >"$new/etc/default/grub"
	root_fake usr/sbin/grub-probe <<-'END'
	#!/bin/sh
	case "$*" in
	*target=device*) echo /dev/sda1 ;;
	*target=fs_uuid*) echo 11111111-2222-3333-4444-555555555555 ;;
	*target=fs\ * | *target=fs) echo ext2 ;;
	*target=partmap*) echo msdos ;;
	*target=abstraction*) ;;
	*target=hints_string*) echo --hint=hd0,msdos1 ;;
	*target=compatibility_hint*) echo hd0,msdos1 ;;
	*target=drive*) echo '(hd0,msdos1)' ;;
	esac
	END
	# As the real one where it counts: -b, the hooks that come after; it fails if
	# the file /boot/full is there.
	root_fake usr/sbin/update-initramfs <<-'END'
	#!/bin/sh
	boot=/boot mode= version=
	while getopts cudk:b:v option; do
		case $option in
		k) version=$OPTARG ;;
		b) boot=$OPTARG ;;
		c | u | d) mode=$option ;;
		esac
	done
	echo "$mode $version $boot" >>/run/initramfs-calls
	[ "$mode" != d ] || exec rm -f "$boot/initrd.img-$version"
	[ ! -e /boot/full ] || exit 1
	echo "initrd $version" >"$boot/initrd.img-$version"
	[ ! -d /etc/initramfs/post-update.d ] ||
		run-parts --arg="$version" --arg="$boot/initrd.img-$version" /etc/initramfs/post-update.d
	END
	printf '#!/bin/sh\nexit 1\n' | root_fake usr/bin/systemd-detect-virt
	printf '#!/bin/sh\nexit 0\n' | root_fake usr/bin/mandb
}

# in_root COMMAND...: what it says is in $top/log
in_root() {
	chroot "$new" "$@" >"$top/log" 2>&1
}
must() {
	in_root "$@" || {
		cat "$top/log"
		fail "failed: $*"
	}
}
must_fail() {
	! in_root "$@" || {
		cat "$top/log"
		fail "did not fail: $*"
	}
}
says() {
	grep -qF -- "$1" "$top/log" || {
		cat "$top/log"
		fail "it does not say: $1"
	}
}

# root_packages: sets packages, the folder with xenify*.deb of this tree.
root_packages() {
	local version
	packages=$ROOT/build/tests/packages/one
	version=$(ROOT=$ROOT; set -eu; . "$ROOT/tools/build/version.sh"; version_packages)
	[ -e "$packages/xenify-tools_${version}_amd64.deb" ] ||
		"$ROOT/tools/build/deb" "$packages" >"$ROOT/build/tests/packages.log" 2>&1 || {
		cat "$ROOT/build/tests/packages.log"
		fail "make deb failed"
	}
}
