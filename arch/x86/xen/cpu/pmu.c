// SPDX-License-Identifier: GPL-2.0-only
/*
 * Performance counters that Xen lends to a PV domain, by a page shared for each vCPU.
 *
 * Registers are the hardware's: an access traps and Xen does it. While an interrupt of the
 * counters is handled they are stopped, and the page has a copy of each, which is read and
 * written instead; Xen loads it back in the end. xen/interface/xenpmu.h describes it. Called by
 * vCPU start and stop, by cpu/msr.c and by the kernel's perf. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>

#include <xen/interface/xen.h>
#include <xen/interface/xenpmu.h>
#include <xen/page.h>
#include <xen/xen.h>

#include <asm/msr.h>
#include <asm/xen/hypercall.h>
/* For x86_pmu; this resolves against arch/x86/include. */
#include <../events/perf_event.h>

#include "pmu.h"

/**
 * struct pmu_state - the counters of a vCPU
 * @shared: the page that Xen and this domain write; NULL if there is none
 * @copied: an interrupt of theirs is handled, so the registers' copies count
 */
struct pmu_state {
	struct xen_pmu_data *shared;
	bool copied;
};

static DEFINE_PER_CPU(struct pmu_state, state);

/* Whether Xen lends counters at all. */
bool is_xen_pmu;

/* NULL if the hardware's register counts. */
static u64 *xen_pmu_copy(unsigned int msr)
{
	if (!this_cpu_read(state.copied))
		return NULL;
	return xen_pmu_copy_of(&this_cpu_read(state.shared)->pmu, msr);
}

/**
 * pmu_msr_read - read a register, if it is a counter's and has a copy
 * @msr: its number
 * @val: what it holds
 * @err: 0, if that is asked for
 *
 * Return: false to have the hardware's register read.
 */
bool pmu_msr_read(unsigned int msr, uint64_t *val, int *err)
{
	u64 *copy = xen_pmu_copy(msr);

	if (!copy)
		return false;
	*val = *copy;
	if (err)
		*err = 0;
	return true;
}

/**
 * pmu_msr_write - write a register, if it is a counter's and has a copy
 * @msr: its number
 * @low: the low half of what it is to hold
 * @high: the high one
 * @err: 0, if that is asked for
 *
 * Return: false to have the hardware's register written.
 */
bool pmu_msr_write(unsigned int msr, uint32_t low, uint32_t high, int *err)
{
	u64 *copy = xen_pmu_copy(msr);
	u64 *status;

	if (!copy)
		return false;
	*copy = (u64)high << 32 | low;
	if (msr == MSR_CORE_PERF_GLOBAL_OVF_CTRL) {
		/* It clears bits of another. */
		status = xen_pmu_copy(MSR_CORE_PERF_GLOBAL_STATUS);
		if (status)
			*status &= ~*copy;
	}
	if (err)
		*err = 0;
	return true;
}

/**
 * xen_read_pmc - what RDPMC does
 * @counter: its number, by the CPU maker's numbering
 */
unsigned long long xen_read_pmc(int counter)
{
	unsigned int msr = xen_pmu_counter_msr(counter);
	u64 *copy = xen_pmu_copy(msr);
	int err;

	return copy ? *copy : native_read_msr_safe(msr, &err);
}

/**
 * pmu_apic_update - whether counters may interrupt
 * @value: for the local APIC's register; only its mask bit counts
 *
 * Return: 0, or -EINVAL without counters, or what Xen returns.
 */
int pmu_apic_update(uint32_t value)
{
	struct xen_pmu_data *shared = this_cpu_read(state.shared);

	if (!shared)
		return -EINVAL;
	shared->pmu.l.lapic_lvtpc = value;
	if (this_cpu_read(state.copied))
		return 0;
	return HYPERVISOR_xenpmu_op(XENPMU_lvtpc_set, NULL);
}

static bool xen_pmu_hit_user(const struct xen_pmu_arch *sample)
{
	if (sample->pmu_flags & PMU_SAMPLE_PV)
		return sample->pmu_flags & PMU_SAMPLE_USER;
	return sample->r.regs.cpl & 3;
}

/* perf asks in an interrupt of the counters whether it hit a guest: Dom0 can count for others. */
static unsigned int xen_pmu_guest_state(void)
{
	const struct xen_pmu_data *shared = this_cpu_read(state.shared);

	if (!shared || !xen_initial_domain() || shared->domain_id >= DOMID_SELF)
		return 0;
	return PERF_GUEST_ACTIVE | (xen_pmu_hit_user(&shared->pmu) ? PERF_GUEST_USER : 0);
}

static unsigned long xen_pmu_guest_ip(void)
{
	const struct xen_pmu_data *shared = this_cpu_read(state.shared);

	return shared ? shared->pmu.r.regs.ip : 0;
}

static struct perf_guest_info_callbacks guest_callbacks = {
	.state	= xen_pmu_guest_state,
	.get_ip	= xen_pmu_guest_ip,
};

/**
 * xen_pmu_irq_handler - counters have overflowed
 * @irq: unused
 * @dev_id: unused
 */
irqreturn_t xen_pmu_irq_handler(int irq, void *dev_id)
{
	const struct xen_pmu_data *shared = this_cpu_read(state.shared);
	struct pt_regs regs = { };
	int handled, err;

	if (!shared)
		return IRQ_NONE;

	regs.ip = shared->pmu.r.regs.ip;
	regs.sp = shared->pmu.r.regs.sp;
	regs.cs = shared->pmu.r.regs.cs & ~3UL;
	if (xen_pmu_hit_user(&shared->pmu))
		regs.cs |= 3;

	this_cpu_write(state.copied, true);
	handled = x86_pmu.handle_irq(&regs);
	err = HYPERVISOR_xenpmu_op(XENPMU_flush, NULL);
	this_cpu_write(state.copied, false);
	if (err)
		pr_warn_once("Xen does not load performance counters: error %d\n", err);
	return handled && !err ? IRQ_HANDLED : IRQ_NONE;
}

static int xen_pmu_tell(unsigned int op, int cpu, void *page)
{
	struct xen_pmu_params params = {
		.version = { .maj = XENPMU_VER_MAJ, .min = XENPMU_VER_MIN },
		.val = page ? virt_to_mfn(page) : 0,
		.vcpu = cpu,
	};

	return HYPERVISOR_xenpmu_op(op, &params);
}

/**
 * xen_pmu_init - ask Xen for a vCPU's counters
 * @cpu: the vCPU; the boot CPU is the first, and without counters for that there are none
 *
 * Context: may sleep.
 */
void xen_pmu_init(int cpu)
{
	void *page;
	int err;

	BUILD_BUG_ON(sizeof(struct xen_pmu_data) > PAGE_SIZE);
	if (xen_hvm_domain() || (cpu && !is_xen_pmu))
		return;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	err = page ? xen_pmu_tell(XENPMU_init, cpu, page) : -ENOMEM;
	if (err) {
		free_page((unsigned long)page);
		pr_info_once("no performance counters: error %d; Xen's option vpmu allows them\n",
			     err);
		return;
	}
	per_cpu(state, cpu) = (struct pmu_state){ .shared = page };
	if (!is_xen_pmu) {
		is_xen_pmu = true;
		xen_pmu_learn_regs();
		perf_register_guest_info_callbacks(&guest_callbacks);
	}
}

/**
 * xen_pmu_finish - give a vCPU's counters back
 * @cpu: the vCPU, which is off, or this one with interrupts off
 */
void xen_pmu_finish(int cpu)
{
	struct xen_pmu_data *shared = per_cpu(state.shared, cpu);

	if (!shared)
		return;
	xen_pmu_tell(XENPMU_finish, cpu, NULL);
	per_cpu(state.shared, cpu) = NULL;
	free_page((unsigned long)shared);
}
