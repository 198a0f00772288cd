// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HVM domain after a suspend: its memory is as it was, but a new domain's Xen knows nothing of
 * what it had been told.
 *
 * Called by the room suspend/. Floor F1.
 */
#include <xen/events.h>
#include <xen/hvm.h>

#include "../cpu/cpu.h"
#include "../suspend/suspend.h"
#include "hvm.h"

/**
 * xen_hvm_post_suspend - tell Xen again where pages and vectors are
 * @suspend_cancelled: not 0 if it is still the same domain
 *
 * Context: CPU 0, interrupts off, others stopped.
 */
void xen_hvm_post_suspend(int suspend_cancelled)
{
	int cpu, err;

	if (!suspend_cancelled) {
		xen_hvm_init_shared_info();
		xen_vcpu_restore();
	}

	if (!xen_percpu_upcall)
		xen_setup_callback_vector();
	else
		for_each_online_cpu(cpu) {
			err = xen_set_upcall_vector(cpu);
			if (err)
				panic("xen: no vector for events of CPU %d (%d)", cpu, err);
		}
	/* The emulator began anew, too, with all of its devices. */
	xen_unplug_emulated_devices();
}
