/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest is one xm's own for a while. */
#ifndef XM_CLAIM_H
#define XM_CLAIM_H

#include "xm.h"

/**
 * enum xm_claim - what for
 * @XM_CLAIM_HERE: to make it, stop it, save it, or let it run again
 * @XM_CLAIM_INCOMING: it moves here; its other self may be here, and is claimed, too.
 *                     Who restarts a guest claims it for both
 * @XM_CLAIM_DEVICES: as %XM_CLAIM_HERE, to change its devices: it is waited for longer
 */
enum xm_claim { XM_CLAIM_HERE, XM_CLAIM_INCOMING, XM_CLAIM_DEVICES };

int xm_claim(const libxl_uuid *uuid, enum xm_claim what, const char *name);
int xm_claim_domain(struct xm_host *host, uint32_t domid, enum xm_claim what,
		    const char *name, libxl_uuid *uuid, int *claim);
int xm_claim_devices(struct xm_host *host, const char *arg, uint32_t *domid, int *claim);
void xm_claim_end(int *claim);

/* It is there, and so it is not to be made anew. */
void xm_claim_restarted(const char *name, const libxl_uuid *uuid);

/* Nobody runs who is the same guest. */
int xm_claim_alone(struct xm_host *host, const char *name, const libxl_uuid *uuid,
		   uint32_t domid, bool moving);

#endif /* XM_CLAIM_H */
