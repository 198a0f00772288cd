# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scripts for external modules share: where the modules for one stock
# kernel are configured and built. Read by them with ".".

# Ends with a word on why, if our drivers can't be for this kernel: what dkms.conf
# says. The compiler would say the same in hundreds of lines.
modules_fit() {
	modules_series=$(sed -n 's/^BUILD_EXCLUSIVE_KERNEL="^\(.*\)"/\1/p' "$ROOT/dkms.conf")
	modules_kernel=$(cat "$KDIR/include/config/kernel.release" 2>/dev/null || make -s -C "$KDIR" kernelversion)
	printf '%s\n' "$modules_kernel" | grep -q "^$modules_series" ||
		die "KDIR=$1 is Linux $modules_kernel, and the drivers are for $(printf '%s' "$modules_series" | tr -d '\\')* only"
	for modules_option in $(sed -n 's/^BUILD_EXCLUSIVE_CONFIG="\(.*\)"/\1/p' "$ROOT/dkms.conf"); do
		case $modules_option in
		!*) ! grep -q "^${modules_option#!}=[ym]" "$KDIR/.config" ||
			die "KDIR=$1 has these drivers already: it is a kernel of Xenify's" ;;
		*) grep -q "^$modules_option=[ym]" "$KDIR/.config" ||
			die "KDIR=$1 has no $modules_option: its kernel can't be a Xen host or guest" ;;
		esac
	done
}

# modules_paths KDIR: sets KDIR, RELEASE and MOD, the folder below build/.
modules_paths() {
	[ -e "$1/Makefile" ] || die "KDIR=$1 has no Makefile: install the headers of that kernel (make deps: linux-headers-6.12-amd64), then give KDIR=/lib/modules/RELEASE/build"
	KDIR=$(cd "$1" && pwd -P)
	for modules_file in .config Module.symvers include/generated/autoconf.h; do
		[ -e "$KDIR/$modules_file" ] || die "KDIR=$1 has no $modules_file: it has to be a configured and built kernel, or its headers"
	done
	modules_fit "$1"
	RELEASE=$(make -s -C "$KDIR" kernelrelease | tail -n 1)
	MOD=$BUILD/modules/$RELEASE
}

# The options of the kernel's make for the chosen modules. The stock kernel's
# own values of the same symbols have to be overridden, those not chosen, too.
modules_options() {
	sed -n -E 's/^(CONFIG_XEN_(RING|BLKDEV|NETDEV)[A-Z_]*)=m$/\1=m/p
		s/^# (CONFIG_XEN_(RING|BLKDEV|NETDEV)[A-Z_]*) is not set$/\1=/p' "$MOD/.config"
}
