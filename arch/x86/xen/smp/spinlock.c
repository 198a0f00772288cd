// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinlocks whose waiters sleep: a vCPU that has spun for a while in a lock's queue blocks until it
 * is kicked, since the one that holds the lock may be waiting for its processor.
 *
 * The kick is an event whose interrupt stays disabled, so that it is only ever pending. The queue
 * itself is the kernel's, kernel/locking/qspinlock_paravirt.h: there wait() may end for no reason,
 * but not sleep on when it was kicked.
 *
 * Called by the queue, and by the rooms cpu/, hvm/ and bringup.c. Floor F1.
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include <asm/qspinlock.h>
#include <xen/events.h>
#include <xen/xen-ops.h>

#include "intr.h"
#include "smp.h"

static DEFINE_PER_CPU(struct xen_intr_line, kicker) = { .irq = -1 };

/* How many waits of this CPU are under way, the later ones in interrupts of the first. */
static DEFINE_PER_CPU(unsigned int, waits);

static irqreturn_t xen_spinlock_kicked(int irq, void *data)
{
	WARN_ONCE(1, "xen: irq %d is never enabled, yet it came\n", irq);
	return IRQ_HANDLED;
}

static const struct xen_intr xen_spinlock_intr = {
	.name = "spinlock",
	.handler = xen_spinlock_kicked,
	.source = XEN_SPIN_UNLOCK_VECTOR,
	.flags = IRQF_NO_AUTOEN,
};

static void xen_spinlock_kick(int cpu)
{
	/* One that has no such event doesn't sleep. */
	if (READ_ONCE(per_cpu(kicker.irq, cpu)) >= 0)
		xen_send_IPI_one(cpu, XEN_SPIN_UNLOCK_VECTOR);
}

/*
 * @byte becomes another value than @val before the kick. A kick that came before is left to the
 * next call, and the queue looks at @byte in between. An inner wait must not take the kick of an
 * outer one, which may stand between its look at @byte and its sleep.
 */
static void xen_spinlock_wait(u8 *byte, u8 val)
{
	int irq = __this_cpu_read(kicker.irq);
	bool outermost;

	if (irq < 0 || in_nmi())
		return;

	outermost = this_cpu_inc_return(waits) == 1;
	if (outermost && xen_test_irq_pending(irq))
		xen_clear_irq_pending(irq);
	else if (READ_ONCE(*byte) == val)
		xen_poll_irq(irq);
	this_cpu_dec(waits);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_vcpu_stolen);

/**
 * xen_init_lock_cpu - give a CPU the event by which it is kicked
 * @cpu: that is online, or the boot CPU; until then it spins
 *
 * Context: may sleep.
 */
void xen_init_lock_cpu(int cpu)
{
	if (!nopvspin)
		xen_intr_bind(per_cpu_ptr(&kicker, cpu), &xen_spinlock_intr, cpu);
}

/**
 * xen_uninit_lock_cpu - the opposite of xen_init_lock_cpu()
 * @cpu: that is down; it may have no such event
 *
 * Context: may sleep.
 */
void xen_uninit_lock_cpu(int cpu)
{
	struct xen_intr_line *line = per_cpu_ptr(&kicker, cpu);
	int irq = line->irq;

	if (irq < 0)
		return;
	/* Who has let it have a lock may be about to kick it still, with preemption off. */
	WRITE_ONCE(line->irq, -1);
	synchronize_rcu();
	unbind_from_irqhandler(irq, NULL);
}

/**
 * xen_init_spinlocks - choose how spinlocks wait
 *
 * Context: boot, before the kernel's code is patched for the operations of paravirt.h.
 */
void __init xen_init_spinlocks(void)
{
	/* Who is alone waits for nobody. */
	if (num_possible_cpus() == 1)
		nopvspin = true;
	if (nopvspin) {
		static_branch_disable(&virt_spin_lock_key);
		return;
	}
	__pv_init_lock_hash();
	pv_ops.lock = (struct pv_lock_ops) {
		.queued_spin_lock_slowpath = __pv_queued_spin_lock_slowpath,
		.queued_spin_unlock = PV_CALLEE_SAVE(__pv_queued_spin_unlock),
		.wait = xen_spinlock_wait,
		.kick = xen_spinlock_kick,
		.vcpu_is_preempted = PV_CALLEE_SAVE(xen_vcpu_stolen),
	};
}
