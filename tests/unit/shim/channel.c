// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring pages, grants and event channels that are memory and numbers. Each call
 * can be made to fail, and what is held is counted.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <linux/errno.h>
#include <xen/events.h>

#include "shim.h"

#define FIRST_GREF	100
#define FIRST_PORT	7
#define FIRST_IRQ	40

int xenbus_setup_ring(struct xenbus_device *dev, gfp_t flags, void **shared,
		      unsigned int pages, grant_ref_t *grefs)
{
	unsigned int i;

	(void)dev;
	(void)flags;
	*shared = NULL;
	if (shim_faults.ring)
		return shim_faults.ring;
	*shared = aligned_alloc(XEN_PAGE_SIZE, pages * XEN_PAGE_SIZE);
	memset(*shared, 0, pages * XEN_PAGE_SIZE);
	for (i = 0; i < pages; i++)
		grefs[i] = FIRST_GREF + i;
	shim_seen.rings++;
	return 0;
}

void xenbus_teardown_ring(void **shared, unsigned int pages, grant_ref_t *grefs)
{
	unsigned int i;

	for (i = 0; i < pages; i++)
		assert(grefs[i] == FIRST_GREF + i ||
		       grefs[i] == INVALID_GRANT_REF);
	free(*shared);
	*shared = NULL;
	shim_seen.rings--;
}

int gnttab_try_end_foreign_access(grant_ref_t ref)
{
	assert(ref >= FIRST_GREF && ref < FIRST_GREF + XENBUS_MAX_RING_GRANTS);
	if (ref == shim_faults.mapped)
		return 0;
	shim_seen.grants++;
	return 1;
}

int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *grefs,
			   unsigned int pages, void **shared)
{
	unsigned int i;

	(void)dev;
	if (shim_faults.ring)
		return shim_faults.ring;
	for (i = 0; i < pages; i++)
		if (grefs[i] != FIRST_GREF + i)
			return -EINVAL;
	*shared = shim_peer_ring;
	shim_seen.rings++;
	return 0;
}

int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *shared)
{
	(void)dev;
	assert(shared == shim_peer_ring);
	shim_seen.rings--;
	return 0;
}

int xenbus_alloc_evtchn(struct xenbus_device *dev, u32 *port)
{
	(void)dev;
	if (shim_faults.evtchn)
		return shim_faults.evtchn;
	*port = FIRST_PORT;
	shim_seen.ports++;
	return 0;
}

int xenbus_free_evtchn(struct xenbus_device *dev, int port)
{
	(void)dev;
	assert(port == FIRST_PORT);
	shim_seen.ports--;
	return 0;
}

int bind_evtchn_to_irq_lateeoi(evtchn_port_t port)
{
	assert(port == FIRST_PORT);
	if (shim_faults.bind)
		return shim_faults.bind;
	/* The port now goes with the interrupt. */
	shim_seen.ports--;
	shim_seen.irqs++;
	return FIRST_IRQ;
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
		const char *name, void *arg)
{
	(void)flags;
	(void)name;
	(void)arg;
	assert(irq == FIRST_IRQ && handler);
	return shim_faults.request;
}

void evtchn_put(evtchn_port_t port)
{
	assert(port == FIRST_PORT);
	shim_seen.irqs--;
}

int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev,
						  evtchn_port_t port,
						  irq_handler_t handler,
						  unsigned long flags,
						  const char *name, void *arg)
{
	(void)dev;
	(void)flags;
	(void)name;
	(void)arg;
	assert(handler);
	if (port != FIRST_PORT)
		return -EINVAL;
	if (shim_faults.bind)
		return shim_faults.bind;
	shim_seen.irqs++;
	return FIRST_IRQ;
}

void unbind_from_irqhandler(unsigned int irq, void *arg)
{
	(void)arg;
	assert(irq == FIRST_IRQ);
	shim_seen.irqs--;
}

void notify_remote_via_irq(int irq)
{
	assert(irq == FIRST_IRQ);
	shim_seen.notified++;
}
