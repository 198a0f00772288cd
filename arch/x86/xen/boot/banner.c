// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain of Xen says of it at its start, and on which consoles. Called by the kernel's
 * setup_arch() through x86_init, in PV and in PVH domains. Floor F1.
 */
#include <linux/console.h>

#include <xen/interface/xen.h>
#include <xen/features.h>
#include <xen/interface/features.h>
#include <xen/interface/version.h>

#include <asm/paravirt.h>
#include <asm/setup.h>

#include "boot.h"

/**
 * xen_banner - say which Xen it is
 */
void __init xen_banner(void)
{
	u32 version = HYPERVISOR_xen_version(XENVER_version, NULL);
	struct xen_extraversion extra = { };

	HYPERVISOR_xen_version(XENVER_extraversion, &extra);
	pr_info("Xen version: %u.%u%.*s, booting on %s%s\n", version >> 16, version & 0xffff,
		(int)sizeof(extra.extraversion), extra.extraversion, pv_info.name,
		xen_feature(XENFEAT_mmu_pt_update_preserve_ad) ? " (preserve-AD)" : "");
}

/**
 * xen_add_preferred_consoles - where messages go if the command line does not tell
 *
 * The last is the one that counts: a screen if there is one, otherwise Xen's console.
 */
void __init xen_add_preferred_consoles(void)
{
	bool screen = boot_params.screen_info.orig_video_isVGA;

	add_preferred_console("xenboot", 0, NULL);
	add_preferred_console(screen ? "hvc" : "tty", 0, NULL);
	add_preferred_console(screen ? "tty" : "hvc", 0, NULL);
}
