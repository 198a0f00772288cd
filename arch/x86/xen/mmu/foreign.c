// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other domains' frames in a process: how toolstack and emulators see a guest.
 *
 * Floor F1. Called by privcmd through xen/xen-ops.h.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>
#include <xen/xen-ops.h>

#include "table.h"

/* As many entries at a time; they are on the stack. */
#define FOREIGN_BATCH	32

/**
 * struct foreign_map - a mapping that is being made
 * @list: the next of the frames, if there is a list
 * @frame: the next one, if their numbers count up
 * @prot: how they are mapped
 * @how: MMU_NORMAL_PT_UPDATE, or MMU_PT_UPDATE_NO_TRANSLATE if the frames are the machine's
 * @count: how many of @update
 * @update: entries to be written
 */
struct foreign_map {
	const xen_pfn_t *list;
	xen_pfn_t frame;
	pgprot_t prot;
	unsigned int how;
	unsigned int count;
	struct mmu_update update[FOREIGN_BATCH];
};

static int xen_foreign_prepare(pte_t *ptep, unsigned long address, void *data)
{
	struct foreign_map *map = data;
	xen_pfn_t frame = map->list ? *map->list++ : map->frame++;

	map->update[map->count++] = (struct mmu_update){
		.ptr = virt_to_machine(ptep).maddr | map->how,
		.val = pte_val_ma(pte_mkspecial(mfn_pte(frame, map->prot))),
	};
	return 0;
}

/*
 * Has Xen write them. It stops at the first that it refuses; with a list of frames that
 * is noted, and the rest is done. The errors may lie where the list of frames is, as far
 * as that has been used.
 */
static int xen_foreign_make(struct foreign_map *map, int *errors, unsigned int domid)
{
	int error, done, mapped = 0;
	unsigned int i;

	for (i = 0; i < map->count; i += done) {
		done = 0;
		error = HYPERVISOR_mmu_update(&map->update[i], map->count - i, &done, domid);
		mapped += done;
		if (errors)
			memset32((u32 *)&errors[i], 0, done);
		if (error >= 0)
			continue;
		if (!errors)
			return error;
		errors[i + done] = error;
		done++;
	}
	return mapped;
}

/**
 * xen_remap_pfn - map another domain's frames into a process
 * @vma: which has VM_PFNMAP and VM_IO
 * @addr: where
 * @pfn: the frames, or the first of them
 * @nr: how many
 * @err_ptr: an error for each frame of the list; NULL if there is but the first one
 * @prot: how
 * @domid: whose they are
 * @no_translate: they are machine frames, even if that domain's memory is translated
 *
 * Context: mmap_lock is held for writing, or the vma is new. May sleep.
 * Return: how many were mapped, or a negative error.
 */
int xen_remap_pfn(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *pfn, int nr,
		  int *err_ptr, pgprot_t prot, unsigned int domid, bool no_translate)
{
	struct foreign_map map = {
		.list = err_ptr ? pfn : NULL,
		.frame = *pfn,
		.prot = prot,
		.how = no_translate ? MMU_PT_UPDATE_NO_TRANSLATE : MMU_NORMAL_PT_UPDATE,
	};
	int i, count, done, mapped = 0, error = 0;

	if (WARN_ON((vma->vm_flags & (VM_PFNMAP | VM_IO)) != (VM_PFNMAP | VM_IO)))
		return -EINVAL;
	for (i = 0; i < nr && !error; i += count) {
		count = min(nr - i, FOREIGN_BATCH);
		map.count = 0;
		error = apply_to_page_range(vma->vm_mm, addr + (unsigned long)i * PAGE_SIZE,
					    (unsigned long)count * PAGE_SIZE,
					    xen_foreign_prepare, &map);
		if (error)
			break;
		done = xen_foreign_make(&map, err_ptr ? err_ptr + i : NULL, domid);
		if (done < 0)
			error = done;
		else
			mapped += done;
		cond_resched();
	}
	xen_tlb_flush_domain();
	return error ?: mapped;
}
EXPORT_SYMBOL_GPL(xen_remap_pfn);
