/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts that each CPU has for itself: what is bound, and to which CPU.
 */
#ifndef XENIFY_ARCH_INTR_H
#define XENIFY_ARCH_INTR_H

#include <linux/interrupt.h>
#include <linux/types.h>

/**
 * struct xen_intr - an interrupt that every CPU has
 * @name: in /proc/interrupts, followed by the CPU's number
 * @handler: on that CPU
 * @source: an enum ipi_vector, or a VIRQ number
 * @virq: whether @source is the latter
 * @flags: IRQF_ besides those that all of them have
 * @wanted: whether CPUs have it at all; NULL: they do
 */
struct xen_intr {
	const char *name;
	irq_handler_t handler;
	unsigned int source;
	bool virq;
	unsigned long flags;
	bool (*wanted)(void);
};

/**
 * struct xen_intr_line - the same of one CPU
 * @irq: to which it is bound, or -1
 * @name: "callfunc3"
 */
struct xen_intr_line {
	int irq;
	char name[20];
};

int xen_intr_bind(struct xen_intr_line *line, const struct xen_intr *intr, unsigned int cpu);
void xen_intr_unbind(struct xen_intr_line *line);

#endif
