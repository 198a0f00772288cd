/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What xenstore says about interfaces. Needs libxenstore, not libxl. */
#ifndef XM_NICSTORE_H
#define XM_NICSTORE_H

#include <stdint.h>

struct xs_handle;

char *xm_mac_user(struct xs_handle *xs, const uint8_t *mac, const char *self);
char *xm_nic_vifname(struct xs_handle *xs, uint32_t domid, int devid);

/**
 * struct xm_nic_rings - what a guest has offered for an interface
 * @events: event channels of each queue: "5", or "5/6" where transmission and
 *          reception have one each; "-" if there are none
 * @refs: grant references of each queue's rings, "TX/RX"
 *
 * Queues are separated by commas.
 */
struct xm_nic_rings {
	char *events;
	char *refs;
};

void xm_nic_rings_read(struct xs_handle *xs, const char *frontend,
		       struct xm_nic_rings *rings);
void xm_nic_rings_free(struct xm_nic_rings *rings);

#endif /* XM_NICSTORE_H */
