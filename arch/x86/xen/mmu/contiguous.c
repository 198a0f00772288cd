// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is contiguous in the machine, for DMA.
 *
 * Neighbouring pages of the domain lie anywhere. A driver that needs a buffer in one
 * piece, or below some address, has the pages' frames exchanged for others: Xen takes
 * those that nothing refers to, so they are unmapped for that while. What was in them
 * is gone.
 *
 * Floor F1. Called by the kernel's swiotlb-xen (asm/xen/swiotlb-xen.h).
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>
#include <asm/xen/swiotlb-xen.h>
#include <xen/interface/memory.h>

#include "batch.h"
#include "p2m.h"
#include "table.h"

/* 2 MiB: what one page of frame numbers is enough for. */
#define SMALL_ORDER	9

/* Guards that pages have no frames for a while, and the numbers of those. */
static DEFINE_SPINLOCK(contiguous_lock);
static unsigned long small_frames[1 << SMALL_ORDER];
static unsigned long *frames = small_frames;
static unsigned int frames_order = SMALL_ORDER;

/* They only become more, so a region that was made can be taken apart. */
static int xen_contiguous_grow(unsigned int order)
{
	unsigned long *more;
	unsigned long irqs;

	if (order <= READ_ONCE(frames_order))
		return 0;
	more = (unsigned long *)__get_free_pages(GFP_KERNEL, order - SMALL_ORDER);
	if (!more)
		return -ENOMEM;
	spin_lock_irqsave(&contiguous_lock, irqs);
	if (order > frames_order) {
		swap(frames, more);
		swap(frames_order, order);
	}
	spin_unlock_irqrestore(&contiguous_lock, irqs);
	if (more != small_frames)
		free_pages((unsigned long)more, order - SMALL_ORDER);
	return 0;
}

/* Returns the machine frame of the first page; @frames gets those of all. */
static unsigned long xen_contiguous_unmap(void *start, unsigned long count)
{
	struct multicall_space space;
	unsigned long i, address;

	xen_mc_batch();
	for (i = 0; i < count; i++) {
		address = (unsigned long)start + i * PAGE_SIZE;
		frames[i] = virt_to_mfn((void *)address);
		space = __xen_mc_entry(0);
		MULTI_update_va_mapping(space.mc, address, (pte_t){}, UVMF_NONE);
		__set_phys_to_machine(virt_to_pfn((void *)address), INVALID_P2M_ENTRY);
	}
	xen_mc_issue(0);
	return frames[0];
}

/* Maps the pages to @frames, and flushes what other CPUs know of the old ones. */
static void xen_contiguous_map(void *start, unsigned long count)
{
	struct multicall_space space;
	unsigned long i, address;

	xen_mc_batch();
	for (i = 0; i < count; i++) {
		address = (unsigned long)start + i * PAGE_SIZE;
		space = __xen_mc_entry(0);
		MULTI_update_va_mapping(space.mc, address, mfn_pte(frames[i], PAGE_KERNEL),
					i < count - 1 ? UVMF_NONE : UVMF_TLB_FLUSH | UVMF_ALL);
		__set_phys_to_machine(virt_to_pfn((void *)address), frames[i]);
	}
	xen_mc_issue(0);
}

static bool xen_contiguous_exchange(struct xen_memory_reservation in,
				    struct xen_memory_reservation out)
{
	struct xen_memory_exchange exchange = { .in = in, .out = out };
	long error;

	exchange.in.domid = DOMID_SELF;
	exchange.out.domid = DOMID_SELF;
	error = HYPERVISOR_memory_op(XENMEM_exchange, &exchange);
	if (!error && exchange.nr_exchanged == in.nr_extents)
		return true;
	/* Pages that have lost their frames could not be mapped again. */
	if (exchange.nr_exchanged || !error)
		panic("Xen has exchanged %lu of %lu extents of memory: %ld",
		      exchange.nr_exchanged, in.nr_extents, error);
	return false;
}

static void xen_contiguous_count_up(unsigned long first, unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++)
		frames[i] = first + i;
}

/**
 * xen_create_contiguous_region - have pages lie in one piece in the machine
 * @pstart: the address of the first, to the domain
 * @order: 2^order of them
 * @address_bits: how wide the address of the piece may be, in the machine
 * @dma_handle: gets where it is
 *
 * Context: may sleep if the order is above 9.
 * Return: 0 or -ENOMEM; then the pages are as they were, but empty.
 */
int xen_create_contiguous_region(phys_addr_t pstart, unsigned int order,
				 unsigned int address_bits, dma_addr_t *dma_handle)
{
	unsigned long count = 1UL << order, piece = PFN_DOWN(pstart), irqs;
	void *start = phys_to_virt(pstart);
	bool done;

	if (xen_contiguous_grow(order))
		return -ENOMEM;
	memset(start, 0, count * PAGE_SIZE);

	spin_lock_irqsave(&contiguous_lock, irqs);
	xen_contiguous_unmap(start, count);
	done = xen_contiguous_exchange((struct xen_memory_reservation){
		.extent_start = frames, .nr_extents = count,
	}, (struct xen_memory_reservation){
		.extent_start = &piece, .nr_extents = 1, .extent_order = order,
		.address_bits = address_bits,
	});
	if (done)
		xen_contiguous_count_up(piece, count);
	xen_contiguous_map(start, count);
	*dma_handle = virt_to_machine(start).maddr;
	spin_unlock_irqrestore(&contiguous_lock, irqs);
	return done ? 0 : -ENOMEM;
}

/**
 * xen_destroy_contiguous_region - give the piece back for single frames
 * @pstart: as above
 * @order: as above
 *
 * If Xen has none, the pages keep the piece.
 */
void xen_destroy_contiguous_region(phys_addr_t pstart, unsigned int order)
{
	unsigned long piece, irqs, count = 1UL << order;
	void *start = phys_to_virt(pstart);
	bool done;

	if (order > READ_ONCE(frames_order))
		return;
	memset(start, 0, count * PAGE_SIZE);

	spin_lock_irqsave(&contiguous_lock, irqs);
	piece = xen_contiguous_unmap(start, count);
	xen_contiguous_count_up(PFN_DOWN(pstart), count);
	done = xen_contiguous_exchange((struct xen_memory_reservation){
		.extent_start = &piece, .nr_extents = 1, .extent_order = order,
	}, (struct xen_memory_reservation){
		.extent_start = frames, .nr_extents = count,
	});
	if (!done)
		xen_contiguous_count_up(piece, count);
	xen_contiguous_map(start, count);
	spin_unlock_irqrestore(&contiguous_lock, irqs);
}
