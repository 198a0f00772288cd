// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machine addresses of virtual ones, and foreign pages of domains whose memory Xen
 * translates: the few lines that every kind of domain has.
 *
 * Floor F1. Called by other files of arch/x86/xen/, by gntdev, privcmd and xenbus.
 */
#include <linux/export.h>
#include <linux/mm.h>

#include <asm/xen/page.h>
#include <xen/features.h>
#include <xen/xen-ops.h>

/**
 * arbitrary_virt_to_machine - the machine address of any address of the kernel's
 * @vaddr: the address, of memory or mapped
 *
 * Return: the machine address; 0, which is no domain's, if nothing is mapped there.
 */
xmaddr_t arbitrary_virt_to_machine(void *vaddr)
{
	unsigned int level;
	pte_t *ptep;

	if (virt_addr_valid(vaddr))
		return virt_to_machine(vaddr);
	ptep = lookup_address((unsigned long)vaddr, &level);
	if (WARN_ON(!ptep))
		return XMADDR(0);
	return XMADDR(PFN_PHYS(pte_mfn(*ptep)) + offset_in_page(vaddr));
}
EXPORT_SYMBOL_GPL(arbitrary_virt_to_machine);

/**
 * arbitrary_virt_to_mfn - the machine frame that it is in
 * @vaddr: the address
 */
unsigned long arbitrary_virt_to_mfn(void *vaddr)
{
	return PFN_DOWN(arbitrary_virt_to_machine(vaddr).maddr);
}

/**
 * xen_unmap_domain_gfn_range - let go of another domain's pages that privcmd mapped
 * @vma: where they are
 * @nr: how many
 * @pages: those that stand for them; NULL in a PV domain, where nothing does
 *
 * Return: 0 or a negative error.
 */
int xen_unmap_domain_gfn_range(struct vm_area_struct *vma, int nr, struct page **pages)
{
	if (xen_feature(XENFEAT_auto_translated_physmap))
		return xen_xlate_unmap_gfn_range(vma, nr, pages);
	return pages ? -EINVAL : 0;
}
EXPORT_SYMBOL_GPL(xen_unmap_domain_gfn_range);
