# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scripts for external modules share: where the modules for one stock
# kernel are configured and built. Read by them with ".".

# modules_paths KDIR: sets KDIR, RELEASE and MOD, the folder below build/.
modules_paths() {
	[ -e "$1/Makefile" ] || die "KDIR=$1 has no Makefile: install the headers of that kernel (make deps: linux-headers-6.12-amd64), then give KDIR=/lib/modules/RELEASE/build"
	KDIR=$(cd "$1" && pwd -P)
	for modules_file in .config Module.symvers include/generated/autoconf.h; do
		[ -e "$KDIR/$modules_file" ] || die "KDIR=$1 has no $modules_file: it has to be a configured and built kernel, or its headers"
	done
	RELEASE=$(make -s -C "$KDIR" kernelrelease | tail -n 1)
	MOD=$BUILD/modules/$RELEASE
}

# The options of the kernel's make for the chosen modules. The stock kernel's
# own values of the same symbols have to be overridden, those not chosen, too.
modules_options() {
	sed -n -E 's/^(CONFIG_XEN_(RING|BLKDEV|NETDEV)[A-Z_]*)=m$/\1=m/p
		s/^# (CONFIG_XEN_(RING|BLKDEV|NETDEV)[A-Z_]*) is not set$/\1=/p' "$MOD/.config"
}
