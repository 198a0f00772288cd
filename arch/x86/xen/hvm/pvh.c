// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is special about a PVH domain: it was started by Xen, with no firmware, and with a memory
 * map that Xen tells. As Dom0 it has the host's.
 *
 * Called by arch/x86/platform/pvh/ before anything else of the kernel runs, and by x86_init.
 * Floor F1.
 */
#include <linux/acpi.h>
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>

#include <asm/e820/api.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <xen/acpi.h>
#include <xen/hvc-console.h>
#include <xen/interface/memory.h>

#include "../boot/boot.h"
#include "hvm.h"

/* How much memory a domain may get for what is others', as a multiple of its own. */
#define MOST_EXTRA	10

/* Not in .bss, which is cleared when it is set already. */
bool xen_pvh __ro_after_init;
EXPORT_SYMBOL_GPL(xen_pvh);

#ifdef CONFIG_XEN_DOM0
/**
 * xen_pvh_setup_gsi - let Xen know how an interrupt of the host is wired
 * @gsi: its number
 * @trigger: ACPI_EDGE_SENSITIVE, or level
 * @polarity: ACPI_ACTIVE_HIGH, or low
 *
 * Context: any.
 * Return: 0, or a negative errno. That it is known is no error.
 */
int xen_pvh_setup_gsi(int gsi, int trigger, int polarity)
{
	struct physdev_setup_gsi setup = {
		.gsi = gsi,
		.triggering = trigger != ACPI_EDGE_SENSITIVE,
		.polarity = polarity != ACPI_ACTIVE_HIGH,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_setup_gsi, &setup);

	if (err == -EEXIST)
		return 0;
	if (err)
		pr_err("xen: interrupt %d of the host can't be used (%d)\n", gsi, err);
	return err;
}
EXPORT_SYMBOL_GPL(xen_pvh_setup_gsi);
#endif

static unsigned long __init xen_pvh_pages(const struct boot_e820_entry *entry)
{
	unsigned long first = PFN_UP(entry->addr), end = PFN_DOWN(entry->addr + entry->size);

	return end > first ? end - first : 0;
}

/* Leave an entry its first @pages, and give the rest one of its own. False: there is no room. */
static bool __init xen_pvh_split(struct boot_e820_entry *entry, unsigned long pages)
{
	struct boot_e820_entry *end = &boot_params.e820_table[boot_params.e820_entries];
	u64 at = PFN_PHYS(PFN_UP(entry->addr) + pages);

	if (boot_params.e820_entries == ARRAY_SIZE(boot_params.e820_table))
		return false;
	memmove(entry + 1, entry, (end - entry) * sizeof(*entry));
	boot_params.e820_entries++;

	entry[1].size -= at - entry->addr;
	entry[1].addr = at;
	entry->size = at - entry->addr;
	return true;
}

/*
 * Where the host has memory that is not Dom0's, grants and other domains' pages can be mapped
 * without hitting a device. Xen calls that unusable; to the kernel it becomes ballooned-out memory.
 */
static void __init xen_pvh_find_extra_memory(void)
{
	struct boot_e820_entry *entry;
	unsigned long pages, left = 0;
	unsigned int i;

	for (i = 0; i < boot_params.e820_entries; i++) {
		entry = &boot_params.e820_table[i];
		if (entry->type == E820_TYPE_RAM)
			left += xen_pvh_pages(entry) * MOST_EXTRA;
	}
	for (i = 0; i < boot_params.e820_entries && left; i++) {
		entry = &boot_params.e820_table[i];
		pages = xen_pvh_pages(entry);
		if (entry->type != E820_TYPE_UNUSABLE || !pages)
			continue;
		if (pages > left) {
			pages = left;
			if (!xen_pvh_split(entry, pages))
				continue;
		}
		entry->type = E820_TYPE_RAM;
		left -= pages;
		xen_add_extra_mem(PFN_UP(entry->addr), pages);
	}
}

static void __init xen_pvh_arch_setup(void)
{
	xen_pvh_find_extra_memory();
	if (!xen_initial_domain())
		return;

	xen_add_preferred_consoles();
	/* The host's ACPI tables have states of the processor that are Xen's to choose. */
	disable_cpuidle();
	disable_cpufreq();
	WARN_ON(xen_set_default_idle());
}

static void __init xen_pvh_init_screen(struct boot_params *params)
{
	struct xen_platform_op op = { .cmd = XENPF_get_dom0_console };
	int size = HYPERVISOR_platform_op(&op);

	if (size > 0)
		xen_init_vga(&op.u.dom0_console, min_t(size_t, size, sizeof(op.u.dom0_console)),
			     &params->screen_info);
}

/**
 * xen_pvh_init - take over from Xen
 * @params: what a boot loader would have left
 *
 * Context: before anything else of the kernel runs; hypercalls work.
 */
void __init xen_pvh_init(struct boot_params *params)
{
	xen_pvh = true;
	xen_domain_type = XEN_HVM_DOMAIN;
	xen_start_flags = pvh_start_info.flags;

	x86_init.oem.arch_setup = xen_pvh_arch_setup;
	x86_init.oem.banner = xen_banner;

	xen_efi_init(params);
	if (xen_initial_domain())
		xen_pvh_init_screen(params);
}

/**
 * mem_map_via_hcall - ask Xen for the memory map that the start info doesn't have
 * @params: where it is put
 *
 * Context: as xen_pvh_init().
 */
void __init mem_map_via_hcall(struct boot_params *params)
{
	struct xen_memory_map map = { .nr_entries = ARRAY_SIZE(params->e820_table) };
	int err;

	set_xen_guest_handle(map.buffer, params->e820_table);
	err = HYPERVISOR_memory_op(XENMEM_memory_map, &map);
	if (err) {
		xen_raw_printk("Xen tells no memory map (%d)\n", err);
		panic("xen: no memory map (%d)", err);
	}
	params->e820_entries = map.nr_entries;
}
