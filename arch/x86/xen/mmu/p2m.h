/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which machine frame a page of the domain is: the table, and who changes it.
 */
#ifndef XENIFY_ARCH_P2M_H
#define XENIFY_ARCH_P2M_H

#include <linux/types.h>

void xen_build_dynamic_phys_to_machine(void);
void xen_vmalloc_p2m_tree(void);
void xen_setup_mfn_list_list(void);
void xen_build_mfn_list_list(void);
bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn);

/* Memory that the host's map has, but no RAM, where a page of the domain would be. */
void xen_add_remap_nonram(phys_addr_t maddr, phys_addr_t paddr, unsigned long size);
void xen_do_remap_nonram(void);

#endif
