# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scripts of the build share: where things are, how they speak, and
# how they call the kernel's make. Read by them with ".", never run itself.

set -eu
export LC_ALL=C

ROOT=$(cd "$(dirname "$0")/../.." && pwd -P)
BUILD=$ROOT/build
SRC=$BUILD/linux
DEFAULT_KOUT=$BUILD/kernel

say() {
	printf '%s\n' "$*"
}

die() {
	printf '%s\n' "xenify: $*" >&2
	exit 1
}

# A path as a person in the repository's root would type it.
short() {
	case $1 in
	"$ROOT"/*) printf '%s' "${1#"$ROOT"/}" ;;
	*) printf '%s' "$1" ;;
	esac
}

# fragments FILE...: what these files of configs/ ask for together, in the order
# of the names; of two words on an option the last counts.
fragments() {
	(cd "$ROOT/configs" && awk -F= '/^CONFIG_/ { wish[$1] = $0 }
		END { for (w in wish) print wish[w] }' "$@" | sort)
}

# One kernel build at a time: they would take each other's memory and time,
# and "make" may be changing the source that another one compiles. The lock
# ends with this script.
lock_kernel() {
	[ -z "${have_lock-}" ] || return 0
	have_lock=1
	mkdir -p "$BUILD"
	exec 9>"$BUILD/.kernel.lock"
	flock -n 9 && return
	say "==> waiting for another kernel build to end"
	flock 9
}

# Of the outer make's flags only -j counts, and without one every CPU is used.
# The outer make runs one step at a time, so that no job server has to be shared.
set_jobs() {
	jobs=-j$(nproc)
	for flag in ${MAKEFLAGS-}; do
		case $flag in
		-j*) jobs=$flag ;;
		--) break ;;
		esac
	done
	unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL
	[ "$jobs" != -j ] || jobs=-j$(nproc)
}

# A second clone of this repository compiles the same files at another place:
# ccache is to know them again, so paths below ours are relative to it.
export CCACHE_BASEDIR="$ROOT" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1

# The compiler as make has to be told of it. The words are part of what the
# kernel compares to see if an object is up to date: keep them the same.
compiler() {
	if [ -n "${KCC-}" ]; then
		printf '%s' "$KCC"
	elif command -v ccache >/dev/null; then
		printf 'ccache gcc'
	else
		printf 'gcc'
	fi
}

# kmake OUT ARGUMENT...: the kernel's make with its output in OUT. It takes
# these switches from its command line only.
kmake() {
	kmake_out=$1
	shift
	for kmake_switch in V C W LLVM; do
		eval "kmake_value=\${$kmake_switch-}"
		[ -z "$kmake_value" ] || set -- "$kmake_switch=$kmake_value" "$@"
	done
	make --no-print-directory -C "$SRC" O="$kmake_out" CC="$(compiler)" "$@"
}

. "$ROOT/tools/build/step.sh"
set_jobs
