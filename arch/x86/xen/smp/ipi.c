// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that CPUs send each other: by the kernel's own functions, and as the APIC that a PV
 * domain doesn't have would send them.
 *
 * Called by smp_ops and by the APIC of the room cpu/. Floor F1.
 */
#include <linux/smp.h>

#include <xen/events.h>
#include <xen/xen-ops.h>

#include "smp.h"

static void xen_ipi_send(const struct cpumask *mask, enum ipi_vector ipi)
{
	unsigned int cpu;

	/* One that is going down can't be sent to any more. */
	for_each_cpu_and(cpu, mask, cpu_online_mask)
		xen_send_IPI_one(cpu, ipi);
}

void xen_smp_send_reschedule(int cpu)
{
	xen_send_IPI_one(cpu, XEN_RESCHEDULE_VECTOR);
}

void xen_smp_send_call_function_single_ipi(int cpu)
{
	xen_ipi_send(cpumask_of(cpu), XEN_CALL_FUNCTION_SINGLE_VECTOR);
}

void xen_smp_send_call_function_ipi(const struct cpumask *mask)
{
	unsigned int cpu;

	xen_ipi_send(mask, XEN_CALL_FUNCTION_VECTOR);
	/* The caller will wait. If one of them waits for a processor, it may be for this one. */
	for_each_cpu(cpu, mask) {
		if (!xen_vcpu_stolen(cpu))
			continue;
		HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
		return;
	}
}

/* The event that stands for a vector of the APIC, or a negative errno. */
static int xen_ipi_of_vector(int vector)
{
	static const struct {
		int vector;
		enum ipi_vector ipi;
	} map[] = {
		{ IRQ_WORK_VECTOR, XEN_IRQ_WORK_VECTOR },
		{ RESCHEDULE_VECTOR, XEN_RESCHEDULE_VECTOR },
		{ CALL_FUNCTION_VECTOR, XEN_CALL_FUNCTION_VECTOR },
		{ CALL_FUNCTION_SINGLE_VECTOR, XEN_CALL_FUNCTION_SINGLE_VECTOR },
		{ NMI_VECTOR, XEN_NMI_VECTOR },
		/* The delivery mode, by which some ask for an NMI. */
		{ APIC_DM_NMI, XEN_NMI_VECTOR },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].vector == vector)
			return map[i].ipi;
	pr_err_ratelimited("xen: nothing stands for the APIC's vector %#x; not sent\n", vector);
	return -EOPNOTSUPP;
}

void xen_send_IPI_mask(const struct cpumask *mask, int vector)
{
	int ipi = xen_ipi_of_vector(vector);

	if (ipi >= 0)
		xen_ipi_send(mask, ipi);
}

void xen_send_IPI_all(int vector)
{
	xen_send_IPI_mask(cpu_online_mask, vector);
}

void xen_send_IPI_self(int vector)
{
	int ipi = xen_ipi_of_vector(vector);

	if (ipi >= 0)
		xen_send_IPI_one(smp_processor_id(), ipi);
}

void xen_send_IPI_mask_allbutself(const struct cpumask *mask, int vector)
{
	unsigned int cpu, self = smp_processor_id();
	int ipi = xen_ipi_of_vector(vector);

	if (ipi < 0)
		return;
	for_each_cpu_and(cpu, mask, cpu_online_mask)
		if (cpu != self)
			xen_send_IPI_one(cpu, ipi);
}

void xen_send_IPI_allbutself(int vector)
{
	xen_send_IPI_mask_allbutself(cpu_online_mask, vector);
}

/**
 * xen_smp_cpus_done - all CPUs that come up at boot have done so
 * @max_cpus: how many were allowed
 *
 * Context: boot.
 */
void __init xen_smp_cpus_done(unsigned int max_cpus)
{
	/* A PV domain has no caches and no topology that would concern it. */
	if (xen_hvm_domain())
		native_smp_cpus_done(max_cpus);
}
