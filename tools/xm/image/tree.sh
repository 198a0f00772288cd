# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Makes the system that is to be in an image, as a directory: $work/tree. Read by
# xm-image.
#
# mmdebstrap, or rinse, makes it in a directory of the cache, once for all images of the
# same suite, packages and roles, and it stays there for a week: an image whose making was
# cut off later goes on from there, and the next one like it takes seconds. Packages
# that were fetched before something failed are not fetched again either. What is in
# the cache is verified by apt each time (rinse verifies nothing), and for root's eyes
# only: it has setuid programs that nobody updates.

# Beyond Debian's required packages: what boots, and has a network.
PACKAGES=init,udev,kmod,iproute2,iputils-ping
DAYS=7

roles() {
	printf '%s' "${IMG_ROLES-}"
}

tree_packages() {
	printf '%s' "$PACKAGES${IMG_SSH_KEY:+,openssh-server}${IMG_PACKAGES:+,$IMG_PACKAGES}"
}

# Whatever makes a tree another one; a role may ask who it is for.
tree_key() {
	{
		printf '%s\n' 1 "$IMG_SUITE" "${IMG_MIRROR-}" "$(tree_packages)" "$(dpkg --print-architecture)"
		[ -z "${IMG_ROLES-}" ] || printf '%s\n' "$IMG_NAME" "$IMG_ADDRESS"
		roles | while IFS= read -r role; do
			sha256sum <"$role"
		done
	} | sha256sum | cut -c 1-16
}

is_ubuntu() {
	awk -F , -v suite="$IMG_SUITE" '$3 == suite { found = 1 } END { exit !found }' \
		/usr/share/distro-info/ubuntu.csv 2>/dev/null
}

# RPM distributions are rinse's; their names have numbers in their ends.
is_rpm() {
	case $IMG_SUITE in
	alma* | centos* | fedora* | mageia* | opensuse* | oracle* | rhel* | rocky* | scientific* | suse*) ;;
	*) return 1 ;;
	esac
}

tree_check() {
	[ -z "${IMG_SSH_KEY-}" ] || need ssh-keygen openssh-client
	[ -z "${IMG_TREE-}" ] || return 0
	if is_rpm; then
		need rinse rinse
		rinse --list-distributions 2>/dev/null | tr -d '\t ' | grep -qxF -- "$IMG_SUITE" ||
			wrong "rinse can't make $IMG_SUITE; it can make $(rinse --list-distributions 2>/dev/null | sed 1d | xargs), and --tree takes what others have made"
		return
	fi
	need mmdebstrap mmdebstrap
	! is_ubuntu || [ -n "${IMG_MIRROR-}" ] || [ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] ||
		wrong "$IMG_SUITE is Ubuntu's, whose packages can't be verified without its keys: apt install ubuntu-archive-keyring"
}

tree_make() {
	if [ -n "${IMG_TREE-}" ]; then
		tree_given
	else
		tree_installed
	fi
	[ -d "$work/tree/etc" ] || die "there is no system in ${IMG_TREE-"what mmdebstrap made"}: no directory etc"
	tree_modules
}

# As it is, but for what is mounted in it.
tree_given() {
	say "copying $IMG_TREE"
	mkdir "$work/tree"
	if [ -d "$IMG_TREE" ]; then
		chmod --reference="$IMG_TREE" "$work/tree"
		run "copying" cp -a -x --reflink=auto "$IMG_TREE/." "$work/tree/"
	else
		run "unpacking" tar -x -p --numeric-owner --xattrs --xattrs-include='*' -C "$work/tree" -f "$IMG_TREE"
	fi
}

# Two that want the same tree make it once.
tree_installed() {
	for old in $(find "$IMG_CACHE" -maxdepth 1 -type d -name 'tree-*' -mtime +$DAYS -printf '%f\n'); do
		flock -n "$IMG_CACHE/${old%.new}.lock" rm -rf --one-file-system "$IMG_CACHE/$old" || :
	done
	find "$IMG_CACHE"/debs-* -name '*.deb' -mtime +30 -delete 2>/dev/null || :
	ready=$IMG_CACHE/tree-$(tree_key)
	debs=$IMG_CACHE/debs-$(printf %s "$IMG_SUITE" | tr / _)
	exec 8>"$ready.lock"
	run "waiting for another image like it" flock 8
	if [ -n "${IMG_FRESH-}" ]; then
		rm -rf --one-file-system "$ready"
		# Others may be putting packages there.
		find "$debs" -type f -delete 2>/dev/null || :
	fi
	if [ -d "$ready" ]; then
		say "taking the system that was made at $(stat -c %y "$ready" | cut -c 1-16)"
	else
		making=$ready.new
		if is_rpm; then
			tree_rinse
		else
			tree_bootstrap
		fi
		mv -T "$making" "$ready"
		touch "$ready"
		making=
	fi
	# Links are enough: whoever changes a file here makes a new one of it.
	run "copying" cp -a -l "$ready" "$work/tree"
	exec 8>&-
}

making=
tree_bootstrap() {
	say "installing $IMG_SUITE${IMG_MIRROR:+ from $IMG_MIRROR}; this takes a while, $log tells how far it is"
	mkdir -p -m 700 "$debs"
	tree_drop
	# Nothing of it is worth anything before all of it is there.
	set -- --variant=minbase --format=directory --verbose \
		--skip=essential/unlink,cleanup/apt/cache \
		--include="$(tree_packages)" --include='?exact-name(systemd-resolved)' \
		--setup-hook='mkdir -p "$1/var/cache/apt/archives/partial"' \
		--setup-hook='mkdir -p "$1/etc/dpkg/dpkg.cfg.d" && echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/xm"' \
		--customize-hook='rm "$1/etc/dpkg/dpkg.cfg.d/xm"' \
		--setup-hook="cp -a '$debs/.' \"\$1/var/cache/apt/archives/\""
	if unshare --mount true 2>/dev/null; then
		# What it mounts is seen by nobody else, and gone with it.
		set -- "$@" --mode=unshare
	else
		set -- "$@" --mode=root --skip=chroot/mount
	fi
	case ${IMG_MIRROR-} in
	file:* | copy:*) set -- "$@" --hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount ;;
	esac
	while IFS= read -r role; do
		[ -z "$role" ] || set -- "$@" --customize-hook="$role"
	done <<-END
	$(roles)
	END
	run "mmdebstrap" mmdebstrap "$@" "$IMG_SUITE" "$making" ${IMG_MIRROR:+"$IMG_MIRROR"}
	find "$making/var/cache/apt/archives" -maxdepth 1 -name '*.deb' -exec mv -f -t "$debs" {} +
	rm -f "$making"/var/cache/apt/*.bin
}

# rinse fetches and unpacks what a distribution's own installer needs, which then adds the
# rest. What it mounts is seen by nobody else, and gone with it. Its status is 0 whatever
# becomes of it: its last words tell.
tree_rinse() {
	say "installing $IMG_SUITE${IMG_MIRROR:+ from $IMG_MIRROR}; this takes a while, $log tells how far it is"
	mkdir -p -m 700 "$debs"
	tree_drop
	run "rinse" unshare --mount --propagation private "$here/xm-image" mounted-rpm "$making" "$debs"
}

# tree_rpm_mounted DIR PACKAGES: the other side of tree_rinse
tree_rpm_mounted() {
	rinse --arch "$(dpkg --print-architecture)" --distribution "$IMG_SUITE" --directory "$1" \
		--cache 1 --cache-dir "$2" ${IMG_MIRROR:+--mirror "$IMG_MIRROR"} >"$work/rinse" 2>&1 || :
	tr '\r' '\n' <"$work/rinse"
	grep -qx 'Installation complete\.' "$work/rinse" || exit 1
	mount -t proc proc "$1/proc"
	[ ! -e /etc/resolv.conf ] || cp --remove-destination /etc/resolv.conf "$1/etc/resolv.conf"
	tree_rpm_packages "$1"
	roles | while IFS= read -r role; do
		"$role" "$1" </dev/null
	done
	umount "$1/proc"
}

# tree_rpm_packages DIR: what boots, and has a network, and what was asked for
tree_rpm_packages() {
	names=systemd,NetworkManager${IMG_SSH_KEY:+,openssh-server}${IMG_PACKAGES:+,$IMG_PACKAGES}
	if [ -x "$1/usr/bin/zypper" ]; then
		names=$names,iproute2 tool="zypper --non-interactive install"
	elif [ -x "$1/usr/bin/dnf" ]; then
		names=$names,iproute tool="dnf -y install"
	else
		names=$names,iproute tool="yum -y install"
	fi
	printf %s "$names" | tr , '\0' | xargs -0 chroot "$1" sh -c 'tool=$1; shift; $tool "$@"' sh "$tool"
}

# What is half made goes, but for the packages in it: they need not be fetched again.
tree_drop() {
	[ -n "$making" ] || return 0
	[ ! -d "$making/var/cache/apt/archives" ] ||
		find "$making/var/cache/apt/archives" -maxdepth 1 -name '*.deb' -exec mv -f -t "$debs" {} +
	remove_tree "$making"
}

# A kernel from the host has its modules there, too. What others have put together may have
# links that lead to the host's own.
tree_modules() {
	release=${IMG_KERNEL##*/vmlinuz-}
	[ "$release" != "$IMG_KERNEL" ] && [ -d "/lib/modules/$release" ] || return 0
	in=$work/tree/lib
	[ "$(readlink "$in" || :)" != usr/lib ] || in=$work/tree/usr/lib
	own_no_links "$work/tree" "${in#"$work/tree/"}/modules/$release" ||
		die "lib/modules/$release is a link, or behind one, in what is to be in the image; unpack it without"
	mkdir -p "$in/modules"
	[ -d "$in/modules/$release" ] || run "copying modules" cp -a "/lib/modules/$release" "$in/modules/"
	rm -f "$in/modules/$release/build" "$in/modules/$release/source"
}
