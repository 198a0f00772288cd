// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks and interfaces of an HVM domain are there twice: emulated, for firmware and for kernels
 * that don't know Xen, and as Xen's own. By a port of the emulator (hvm-emulated-unplug of Xen's
 * documentation) the kernel has the emulated ones unplugged, before drivers look for devices.
 *
 * The option xen_emul_unplug= says which; without it, those that this kernel has frontends for.
 *
 * Called by domain.c, suspend.c, and by frontends that want to know whether a device is theirs.
 * Floor F1.
 */
#include <linux/io.h>

#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "hvm.h"

/* XEN_UNPLUG_ bits: what was asked for, and what holds; 0 as long as nothing was unplugged. */
static unsigned int wanted;
static unsigned int done;

struct unplug_choice {
	const char *name;
	unsigned int bits;
};

static const struct unplug_choice choices[] __initconst = {
	{ "all", XEN_UNPLUG_ALL },
	{ "ide-disks", XEN_UNPLUG_ALL_IDE_DISKS },
	{ "aux-ide-disks", XEN_UNPLUG_AUX_IDE_DISKS },
	{ "nics", XEN_UNPLUG_ALL_NICS },
	{ "unnecessary", XEN_UNPLUG_UNNECESSARY },
	{ "never", XEN_UNPLUG_NEVER },
};

static int __init xen_unplug_option(char *list)
{
	char *name;
	unsigned int i;

	while ((name = strsep(&list, ","))) {
		for (i = 0; i < ARRAY_SIZE(choices); i++)
			if (!strcmp(name, choices[i].name))
				break;
		if (i == ARRAY_SIZE(choices))
			pr_warn("xen_emul_unplug: '%s' is none of its words\n", name);
		else
			wanted |= choices[i].bits;
	}
	return 0;
}
early_param("xen_emul_unplug", xen_unplug_option);

enum unplug_port {
	PORT_THERE,
	PORT_ABSENT,
	PORT_REFUSES,
};

static enum unplug_port xen_unplug_port(void)
{
	u8 version;

	if (inw(XEN_IOPORT_MAGIC) != XEN_IOPORT_MAGIC_VAL)
		return PORT_ABSENT;
	version = inb(XEN_IOPORT_PROTOVER);
	if (version != 1) {
		pr_err("xen: emulated devices stay: version %u of the unplug port is not known\n",
		       version);
		return PORT_REFUSES;
	}
	/* Who we are. A host may have something against us, and takes the magic away then. */
	outw(XEN_IOPORT_LINUX_PRODNUM, XEN_IOPORT_PRODNUM);
	outl(XEN_IOPORT_LINUX_DRVVER, XEN_IOPORT_DRVVER);
	if (inw(XEN_IOPORT_MAGIC) == XEN_IOPORT_MAGIC_VAL)
		return PORT_THERE;
	pr_err("xen: emulated devices stay: the host refuses to unplug them for this kernel\n");
	return PORT_REFUSES;
}

static unsigned int xen_unplug_default(void)
{
	unsigned int bits = 0;

	if (xen_must_unplug_disks())
		bits |= XEN_UNPLUG_ALL_IDE_DISKS;
	if (xen_must_unplug_nics())
		bits |= XEN_UNPLUG_ALL_NICS;
	return bits;
}

/**
 * xen_unplug_emulated_devices - have them unplugged, if there are any, and that is wanted
 *
 * Context: boot, and a restored domain.
 */
void xen_unplug_emulated_devices(void)
{
	enum unplug_port port;

	if (xen_pvh_domain() || wanted & XEN_UNPLUG_NEVER)
		return;
	port = xen_unplug_port();
	/* Without the port frontends work as well, for those who say that they get along. */
	if (port != PORT_THERE && !(port == PORT_ABSENT && wanted & XEN_UNPLUG_UNNECESSARY))
		return;

	if (!wanted)
		wanted = xen_unplug_default();
	if (!(wanted & XEN_UNPLUG_UNNECESSARY)) {
		pr_info("xen: unplugging emulated devices (%#x); disks are /dev/xvd*\n", wanted);
		outw(wanted, XEN_IOPORT_UNPLUG);
	}
	done = wanted;
}

/**
 * xen_has_pv_devices - whether frontends may look for devices at all
 *
 * A device that is there emulated, too, would be used twice. A host whose configuration has
 * xen_platform_pci=0 has no port, so nothing is done there.
 *
 * Return: whether they may.
 */
bool xen_has_pv_devices(void)
{
	if (xen_pv_domain() || xen_pvh_domain())
		return true;
	return xen_domain() && done & (XEN_UNPLUG_ALL | XEN_UNPLUG_UNNECESSARY);
}
EXPORT_SYMBOL_GPL(xen_has_pv_devices);

/**
 * xen_has_pv_nic_devices - the same for interfaces
 *
 * Return: whether netfront may look for them.
 */
bool xen_has_pv_nic_devices(void)
{
	return xen_has_pv_devices();
}
EXPORT_SYMBOL_GPL(xen_has_pv_nic_devices);

/**
 * xen_has_pv_disk_devices - the same for disks
 *
 * Return: whether blkfront may look for them.
 */
bool xen_has_pv_disk_devices(void)
{
	return xen_has_pv_devices();
}
EXPORT_SYMBOL_GPL(xen_has_pv_disk_devices);

/**
 * xen_has_pv_and_legacy_disk_devices - whether a disk may be there under two names
 *
 * Return: whether it may, as was asked for by xen_emul_unplug=unnecessary.
 */
bool xen_has_pv_and_legacy_disk_devices(void)
{
	return xen_hvm_domain() && done & XEN_UNPLUG_UNNECESSARY;
}
EXPORT_SYMBOL_GPL(xen_has_pv_and_legacy_disk_devices);
