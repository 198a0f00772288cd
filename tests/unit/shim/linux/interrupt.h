/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupt handlers, which nobody calls here. */
#ifndef SHIM_LINUX_INTERRUPT_H
#define SHIM_LINUX_INTERRUPT_H

typedef int irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *arg);

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
		const char *name, void *arg);

#endif /* SHIM_LINUX_INTERRUPT_H */
