// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer interrupt of each CPU: a clock event device by which the kernel asks for one event at
 * a time, and the virtual interrupt by which Xen delivers it.
 *
 * Each vCPU has a timer that it sets for itself, with an absolute system time; Xen sends
 * VIRQ_TIMER then, at once if that time has passed. There is a periodic one, too, of which only the
 * running vCPU's would come in time: it is turned off.
 *
 * Called by the rooms cpu/, smp/ and hvm/ when a CPU comes and goes. Floor F1.
 */
#include <linux/clockchips.h>

#include <xen/events.h>
#include <xen/xen-ops.h>

#include "time.h"

/*
 * The kernel's clock may be disciplined by NTP, at most by 1 in 2,000, and Xen's is not. Who
 * sleeps longer than this is woken in between, so that he isn't late by more than 35 ms.
 */
#define LONGEST_NS	BIT_ULL(36)

/**
 * struct xen_event_timer - the timer of a CPU
 * @device: as the kernel knows it; its irq is -1 while the CPU has none
 * @name: of the interrupt, in /proc/interrupts
 */
struct xen_event_timer {
	struct clock_event_device device;
	char name[16];
};

static DEFINE_PER_CPU(struct xen_event_timer, xen_event_timer) = { .device.irq = -1 };

/* How much later an event has to be, at least, in ns. */
static unsigned int shortest_ns __ro_after_init = 1;

static int __init xen_event_slop(char *text)
{
	shortest_ns = memparse(text, NULL);
	return 0;
}
early_param("xen_timer_slop", xen_event_slop);

static int xen_event_set(unsigned long delta, struct clock_event_device *device)
{
	return HYPERVISOR_set_timer_op(xen_clock_read() + delta);
}

static int xen_event_stop(struct clock_event_device *device)
{
	/* To Xen that is no time, but never. */
	return HYPERVISOR_set_timer_op(0);
}

static void xen_event_stop_periodic(int cpu)
{
	int err = HYPERVISOR_vcpu_op(VCPUOP_stop_periodic_timer, xen_vcpu_nr(cpu), NULL);

	WARN_ONCE(err, "xen: the periodic timer of CPU %d goes on (%d)\n", cpu, err);
}

static irqreturn_t xen_event_interrupt(int irq, void *data)
{
	struct clock_event_device *device = this_cpu_ptr(&xen_event_timer.device);

	/* Between the binding of the interrupt and the device's first use there is no handler. */
	if (!device->event_handler)
		return IRQ_NONE;
	device->event_handler(device);
	return IRQ_HANDLED;
}

/**
 * xen_setup_timer - bind the timer interrupt of a CPU
 * @cpu: that doesn't run yet, or the boot CPU
 *
 * What fails is told; the CPU then hangs as soon as it waits for a timer.
 *
 * Context: may sleep. VIRQ_TIMER is of xen/interface/xen.h.
 */
void xen_setup_timer(int cpu)
{
	struct xen_event_timer *timer = per_cpu_ptr(&xen_event_timer, cpu);
	const unsigned long flags = IRQF_TIMER | IRQF_PERCPU | IRQF_NOBALANCING |
				    IRQF_FORCE_RESUME | IRQF_EARLY_RESUME;
	int irq;

	if (WARN(timer->device.irq >= 0, "xen: CPU %d has a timer, irq %d\n", cpu,
		 timer->device.irq))
		xen_teardown_timer(cpu);

	snprintf(timer->name, sizeof(timer->name), "timer%d", cpu);
	irq = bind_virq_to_irqhandler(VIRQ_TIMER, cpu, xen_event_interrupt, flags, timer->name,
				      NULL);
	if (irq < 0)
		pr_err("xen: no timer interrupt for CPU %d (%d)\n", cpu, irq);
	else
		xen_set_irq_priority(irq, XEN_IRQ_PRIORITY_MAX);

	timer->device = (struct clock_event_device) {
		.name = "xen",
		.rating = 500,
		.features = CLOCK_EVT_FEAT_ONESHOT,
		.irq = irq,
		.cpumask = cpumask_of(cpu),
		/* The device counts nanoseconds. */
		.mult = 1,
		.min_delta_ns = shortest_ns,
		.max_delta_ns = LONGEST_NS,
		.set_next_event = xen_event_set,
		.set_state_shutdown = xen_event_stop,
		.set_state_oneshot_stopped = xen_event_stop,
	};
}

/**
 * xen_teardown_timer - unbind the timer interrupt of a CPU
 * @cpu: that is down; it may have none
 *
 * Context: may sleep.
 */
void xen_teardown_timer(int cpu)
{
	struct clock_event_device *device = per_cpu_ptr(&xen_event_timer.device, cpu);

	if (device->irq >= 0)
		unbind_from_irqhandler(device->irq, NULL);
	device->irq = -1;
}

/**
 * xen_setup_cpu_clockevents - let this CPU use its timer
 *
 * Context: the CPU as it comes up, after xen_setup_timer(); interrupts off.
 */
void xen_setup_cpu_clockevents(void)
{
	xen_event_stop_periodic(smp_processor_id());
	clockevents_register_device(this_cpu_ptr(&xen_event_timer.device));
}

/**
 * xen_timer_resume - turn off what a restored domain's vCPUs have anew
 *
 * Context: CPU 0 after a restore, while all others are stopped; drivers/xen/manage.c calls it.
 */
void xen_timer_resume(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		xen_event_stop_periodic(cpu);
}
