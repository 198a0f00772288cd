/* SPDX-License-Identifier: GPL-2.0-only */
/* Event channels that go nowhere: see ../channel.c. */
#ifndef SHIM_XEN_EVENTS_H
#define SHIM_XEN_EVENTS_H

#include <linux/interrupt.h>
#include <xen/interface/event_channel.h>

struct xenbus_device;

int bind_evtchn_to_irq_lateeoi(evtchn_port_t port);
void evtchn_put(evtchn_port_t port);
int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev,
						  evtchn_port_t port,
						  irq_handler_t handler,
						  unsigned long flags,
						  const char *name, void *arg);
void unbind_from_irqhandler(unsigned int irq, void *arg);
void notify_remote_via_irq(int irq);

#endif /* SHIM_XEN_EVENTS_H */
