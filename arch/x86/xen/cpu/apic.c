// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC of a PV domain, which has none: IPIs are event channels (smp/), and the
 * interrupt of the performance counters is Xen's. IO-APICs are Xen's, too; Dom0 reads them.
 * Called by the kernel's APIC code. Floor F1.
 */

#include <asm/apic.h>
#include <asm/io_apic.h>
#include <asm/x86_init.h>

#include "../smp/smp.h"
#include "cpu.h"
#include "pmu.h"

/* Version 1.4 of the local one is what every 64-bit CPU has. */
#define APIC_VERSION	0x14

/* A chip that Xen does not know reads as one that isn't there. */
static unsigned int xen_apic_read_io(unsigned int chip, unsigned int reg)
{
	struct physdev_apic read = { .apic_physbase = mpc_ioapic_addr(chip), .reg = reg };

	return HYPERVISOR_physdev_op(PHYSDEVOP_apic_read, &read) ? ~0U : read.value;
}

/* Dom0 has as many vCPUs as there are CPUs, or fewer, and is told what their tables say. */
static u32 xen_apic_own_id(void)
{
	int cpu = smp_processor_id();
	struct xen_platform_op op = {
		.cmd = XENPF_get_cpuinfo,
		.u.pcpu_info.xen_cpuid = cpu,
	};

	if (!xen_initial_domain())
		return cpu ? cpuid_to_apicid[cpu] : 0;
	if (HYPERVISOR_platform_op(&op))
		return BAD_APICID;
	return op.u.pcpu_info.apic_id;
}

static u32 xen_apic_read(u32 reg)
{
	switch (reg) {
	case APIC_LVR:
		return APIC_VERSION;
	case APIC_ID:
		return xen_apic_own_id() << 24;
	default:
		return 0;
	}
}

/* Nobody has reason to write another register: say who did. */
static void xen_apic_write(u32 reg, u32 value)
{
	if (reg == APIC_LVTPC)
		pmu_apic_update(value);
	else
		WARN(1, "write of %#x to register %#x of an APIC that a PV domain hasn't\n",
		     value, reg);
}

static void xen_apic_eoi(void)
{
	WARN_ON_ONCE(1);
}

static u64 xen_apic_icr_read(void)
{
	return 0;
}

static void xen_apic_icr_write(u32 low, u32 id)
{
	WARN(1, "IPI %#x to %#x by an APIC that a PV domain hasn't\n", low, id);
}

static int xen_apic_probe(void)
{
	return xen_pv_domain();
}

static int xen_apic_check_madt(char *oem, char *table)
{
	return xen_pv_domain();
}

static u32 xen_apic_get_id(u32 reg)
{
	return reg >> 24;
}

static u32 xen_apic_of_cpu(int cpu)
{
	return cpu_present(cpu) ? cpu_data(cpu).topo.apicid : BAD_APICID;
}

static struct apic xen_pv_apic __ro_after_init = {
	.eoi			= xen_apic_eoi,
	.read			= xen_apic_read,
	.write			= xen_apic_write,
	.icr_read		= xen_apic_icr_read,
	.icr_write		= xen_apic_icr_write,
#ifdef CONFIG_SMP
	.send_IPI_self		= xen_send_IPI_self,
	.send_IPI_all		= xen_send_IPI_all,
	.send_IPI_allbutself	= xen_send_IPI_allbutself,
	.send_IPI_mask_allbutself = xen_send_IPI_mask_allbutself,
	.send_IPI_mask		= xen_send_IPI_mask,
#endif
	.get_apic_id		= xen_apic_get_id,
	.cpu_present_to_apicid	= xen_apic_of_cpu,
	.calc_dest_apicid	= apic_flat_calc_apicid,
	.max_apic_id		= UINT_MAX,
	.probe			= xen_apic_probe,
	.acpi_madt_oem_check	= xen_apic_check_madt,
	.name			= "Xen PV",
};

apic_driver(xen_pv_apic);

/**
 * xen_init_apic - who reads IO-APICs
 *
 * Context: early boot of a PV domain.
 */
void __init xen_init_apic(void)
{
	x86_apic_ops.io_apic_read = xen_apic_read_io;
}
