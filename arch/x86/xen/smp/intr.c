// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupts of one CPU: those by which CPUs call each other, and those that Xen sends a
 * vCPU, as tables. An IPI is an event channel from a vCPU to itself, on which others send.
 *
 * Called by the rooms cpu/ and hvm/ when a CPU comes and goes, and by bringup.c. Floor F1.
 */
#include <linux/irq_work.h>

#include <xen/events.h>

#include "../cpu/pmu.h"
#include "intr.h"
#include "smp.h"

static irqreturn_t xen_intr_resched(int irq, void *data)
{
	inc_irq_stat(irq_resched_count);
	scheduler_ipi();
	return IRQ_HANDLED;
}

static irqreturn_t xen_intr_call(int irq, void *data)
{
	inc_irq_stat(irq_call_count);
	generic_smp_call_function_interrupt();
	return IRQ_HANDLED;
}

static irqreturn_t xen_intr_call_single(int irq, void *data)
{
	inc_irq_stat(irq_call_count);
	generic_smp_call_function_single_interrupt();
	return IRQ_HANDLED;
}

/* It prints what the 2-level ABI has pending; with FIFO queues there is nothing to print. */
static bool xen_intr_wants_debug(void)
{
	return !xen_fifo_events;
}

#ifdef CONFIG_XEN_PV_SMP
static irqreturn_t xen_intr_irq_work(int irq, void *data)
{
	inc_irq_stat(apic_irq_work_irqs);
	irq_work_run();
	return IRQ_HANDLED;
}

static bool xen_intr_wants_pmu(void)
{
	return is_xen_pmu;
}
#endif

static const struct xen_intr table[] = {
	{ "resched", xen_intr_resched, XEN_RESCHEDULE_VECTOR },
	{ "callfunc", xen_intr_call, XEN_CALL_FUNCTION_VECTOR },
	{ "callfuncsingle", xen_intr_call_single, XEN_CALL_FUNCTION_SINGLE_VECTOR },
	{ "debug", xen_debug_interrupt, VIRQ_DEBUG, true, .wanted = xen_intr_wants_debug },
#ifdef CONFIG_XEN_PV_SMP
	{ "irqwork", xen_intr_irq_work, XEN_IRQ_WORK_VECTOR },
	{ "pmu", xen_pmu_irq_handler, VIRQ_XENPMU, true, .wanted = xen_intr_wants_pmu },
#endif
};

/* Of these the first are any domain's, and the rest a PV domain's only. */
#define ANY	4
#define ALL	ARRAY_SIZE(table)

static DEFINE_PER_CPU(struct xen_intr_line[ALL], lines) = { [0 ... ALL - 1] = { .irq = -1 } };

/**
 * xen_intr_bind - give a CPU one of its interrupts
 * @line: of that CPU, not bound
 * @intr: which one
 * @cpu: that it is for, up or not
 *
 * Context: may sleep.
 * Return: 0, or a negative errno: then @line is not bound, and a message was printed.
 */
int xen_intr_bind(struct xen_intr_line *line, const struct xen_intr *intr, unsigned int cpu)
{
	const unsigned long flags = IRQF_PERCPU | IRQF_NOBALANCING | intr->flags;
	int irq;

	if (intr->wanted && !intr->wanted())
		return 0;
	if (WARN(line->irq >= 0, "xen: CPU %u has its %s, irq %d\n", cpu, intr->name, line->irq))
		return 0;
	snprintf(line->name, sizeof(line->name), "%s%u", intr->name, cpu);
	if (intr->virq)
		irq = bind_virq_to_irqhandler(intr->source, cpu, intr->handler, flags, line->name,
					      NULL);
	else
		irq = bind_ipi_to_irqhandler(intr->source, cpu, intr->handler, flags, line->name,
					     NULL);
	if (irq < 0) {
		pr_err("xen: no interrupt for %s (%d)\n", line->name, irq);
		return irq;
	}
	line->irq = irq;
	return 0;
}

/**
 * xen_intr_unbind - take an interrupt away from a CPU
 * @line: bound or not
 *
 * Context: may sleep.
 */
void xen_intr_unbind(struct xen_intr_line *line)
{
	if (line->irq >= 0)
		unbind_from_irqhandler(line->irq, NULL);
	line->irq = -1;
}

static void xen_intr_unbind_rows(unsigned int cpu, unsigned int first, unsigned int end)
{
	while (end-- > first)
		xen_intr_unbind(per_cpu_ptr(&lines[end], cpu));
}

static int xen_intr_bind_rows(unsigned int cpu, unsigned int first, unsigned int end)
{
	unsigned int row;
	int err;

	for (row = first; row < end; row++) {
		err = xen_intr_bind(per_cpu_ptr(&lines[row], cpu), &table[row], cpu);
		if (err) {
			xen_intr_unbind_rows(cpu, first, row);
			return err;
		}
	}
	return 0;
}

/**
 * xen_smp_intr_init - give a CPU the interrupts that any Xen domain's has
 * @cpu: that doesn't run yet, or the boot CPU
 *
 * Context: may sleep.
 * Return: 0, or a negative errno and no interrupts.
 */
int xen_smp_intr_init(unsigned int cpu)
{
	return xen_intr_bind_rows(cpu, 0, ANY);
}

/**
 * xen_smp_intr_free - the opposite of xen_smp_intr_init()
 * @cpu: that is down; it may have no interrupts
 */
void xen_smp_intr_free(unsigned int cpu)
{
	xen_intr_unbind_rows(cpu, 0, ANY);
}

/**
 * xen_smp_intr_init_pv - give a CPU those that only a PV domain's has
 * @cpu: that doesn't run yet, or the boot CPU
 *
 * Context: may sleep.
 * Return: 0, or a negative errno and none of them.
 */
int xen_smp_intr_init_pv(unsigned int cpu)
{
	return xen_intr_bind_rows(cpu, ANY, ALL);
}

/**
 * xen_smp_intr_free_pv - the opposite of xen_smp_intr_init_pv()
 * @cpu: that is down; it may have none of them
 */
void xen_smp_intr_free_pv(unsigned int cpu)
{
	xen_intr_unbind_rows(cpu, ANY, ALL);
}
