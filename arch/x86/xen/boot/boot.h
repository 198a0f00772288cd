/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a domain starts: its memory map, and what Xen hands to Dom0.
 */
#ifndef XENIFY_ARCH_BOOT_H
#define XENIFY_ARCH_BOOT_H

#include <linux/init.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

struct boot_params;
struct dentry;
struct dom0_vga_console_info;
struct screen_info;

void xen_start_kernel(struct start_info *si);
void xen_banner(void);
void xen_add_preferred_consoles(void);

/* The memory map. */
char *xen_memory_setup(void);
void xen_arch_setup(void);
phys_addr_t xen_find_free_area(phys_addr_t size);
void xen_chk_is_e820_usable(phys_addr_t start, phys_addr_t size, const char *component);
unsigned long xen_chk_extra_mem(unsigned long pfn);
void xen_inv_extra_mem(void);
void xen_remap_memory(void);
void xen_add_extra_mem(unsigned long start_pfn, unsigned long n_pfns);

#ifdef CONFIG_XEN_DOM0
void xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
		  struct screen_info *screen);
#else
static inline void xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
				struct screen_info *screen) {}
#endif

/* What Dom0 does at its start besides. */
#ifdef CONFIG_XEN_PV_DOM0
void xen_dom0_take_over(void);
void xen_dom0_take_mtrrs(void);
#else
static inline void xen_dom0_take_over(void) {}
static inline void xen_dom0_take_mtrrs(void) {}
#endif

#ifdef CONFIG_XEN_EFI
void xen_efi_init(struct boot_params *params);
#else
static inline void xen_efi_init(struct boot_params *params) {}
#endif

struct dentry *xen_init_debugfs(void);

#endif
