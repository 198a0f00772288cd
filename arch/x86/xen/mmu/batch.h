/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls that wait for each other: queued on this CPU, and made in one go.
 *
 * A caller opens the batch, which turns interrupts off, puts entries in, and issues it. In a
 * lazy section (see asm/paravirt.h) issuing leaves them where they are until the section ends.
 */
#ifndef XENIFY_ARCH_BATCH_H
#define XENIFY_ARCH_BATCH_H

#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <asm/paravirt.h>
#include <asm/xen/hypervisor.h>
#include <xen/interface/xen.h>
#include <xen/xen-ops.h>

DECLARE_PER_CPU(unsigned long, xen_mc_irq_flags);

#define BATCH_CALLS	64

/* An entry of the batch, and the room for what its arguments point to. */
struct multicall_space {
	struct multicall_entry *mc;
	void *args;
};

void xen_mc_flush(void);
const struct multicall_entry *xen_batch_waiting(unsigned int *calls);
/* @fn runs when the batch has been made, with interrupts off. */
void xen_mc_callback(void (*fn)(void *), void *data);
struct multicall_space __xen_mc_entry(size_t args);

static inline void xen_mc_batch(void)
{
	unsigned long irqs;

	local_irq_save(irqs);
	__this_cpu_write(xen_mc_irq_flags, irqs);
}

static inline struct multicall_space xen_mc_entry(size_t args)
{
	xen_mc_batch();
	return __xen_mc_entry(args);
}

static inline void xen_mc_issue(unsigned int mode)
{
	if (!(xen_get_lazy_mode() & mode))
		xen_mc_flush();
	local_irq_restore(this_cpu_read(xen_mc_irq_flags));
}

#endif
