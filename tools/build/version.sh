# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which version this tree is, for packages, DKMS and the kernel's name: the one
# in debian/changelog, and what git knows of the revision. Read with "." after
# common.sh. The same tree has the same version; a later commit has a later one.

# What the kernel is built from: a change of other files makes no new kernel.
version_kernel_paths='Kbuild Kconfig arch drivers patches configs tests/kunit tests/hostile'

version_project() {
	sed -n '1s/^[^(]*(\([^)]*\)).*/\1/p' "$ROOT/debian/changelog"
}

version_git() {
	GIT_CEILING_DIRECTORIES=$(dirname "$ROOT") git -C "$ROOT" -c safe.directory="$ROOT" "$@" 2>/dev/null
}

# What is changed and not committed, as seven digits; nothing if there is nothing.
version_dirt() {
	[ -n "$(version_git status --porcelain -- "$@")" ] || return 0
	{
		version_git diff HEAD -- "$@"
		version_git ls-files -o --exclude-standard -- "$@" |
			(cd "$ROOT" && xargs -r -d '\n' sha1sum)
	} | sha1sum | cut -c 1-7
}

# version_packages: 0.1+r398.g6a0e5cb, with .dirty.1234567 if that is not all. Where
# the packages are made, debian/rules has read it from the changelog.
version_packages() {
	[ -z "${XENIFY_VERSION-}" ] || {
		printf '%s\n' "$XENIFY_VERSION"
		return 0
	}
	version_head=$(version_git rev-parse --short=7 HEAD) || {
		version_project
		return 0
	}
	version_dirty=$(version_dirt .)
	printf '%s+r%s.g%s%s\n' "$(version_project)" "$(version_git rev-list --count HEAD)" \
		"$version_head" "${version_dirty:+.dirty.$version_dirty}"
}

# version_kernel: r371-g1234567, with -dirty, for the end of the kernel's name.
# With the number of each change there, every trial would link all modules anew.
version_kernel() {
	# shellcheck disable=SC2086
	version_head=$(version_git log -1 --abbrev=7 --format=%h -- $version_kernel_paths) || return 0
	# shellcheck disable=SC2086
	printf 'r%s-g%s%s\n' "$(version_git rev-list --count HEAD -- $version_kernel_paths)" \
		"$version_head" "$([ -z "$(version_dirt $version_kernel_paths)" ] || echo -dirty)"
}

# version_time [PATH...]: when that was committed, for what carries a date.
version_time() {
	version_git log -1 --format=%ct -- "${@:-.}" ||
		date -d "$(sed -n 's/^ -- .*>  //p' "$ROOT/debian/changelog" | head -n 1)" +%s
}
