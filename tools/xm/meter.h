/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What domains use of the host, as counters that only grow. */
#ifndef XM_METER_H
#define XM_METER_H

#include "xm.h"

/**
 * struct xm_meter - one domain's counters at some time
 * @info: what Xen knows of it; memory and CPU time are there
 * @name: its name
 * @disk_read: bytes that its disks have given
 * @disk_written: and taken
 * @net_in: bytes that its interfaces have received
 * @net_out: and sent
 */
struct xm_meter {
	libxl_dominfo info;
	char *name;
	uint64_t disk_read;
	uint64_t disk_written;
	uint64_t net_in;
	uint64_t net_out;
};

/**
 * struct xm_meters - all domains at one time
 * @list: sorted by number
 * @count: how many
 * @ns: when, by a clock that only goes on
 */
struct xm_meters {
	struct xm_meter *list;
	size_t count;
	uint64_t ns;
};

int xm_meters_read(struct xm_host *host, struct xm_meters *m);
const struct xm_meter *xm_meters_find(const struct xm_meters *m, uint32_t domid);
void xm_meters_free(struct xm_meters *m);

#endif /* XM_METER_H */
