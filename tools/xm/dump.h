/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's memory as a file: used by dump-core, and by the watcher of one that crashed. */
#ifndef XM_DUMP_H
#define XM_DUMP_H

#include "xm.h"

char *xm_dump_path(const char *name);
int xm_dump(struct xm_host *host, uint32_t domid, const char *name,
	    const char *file);

#endif /* XM_DUMP_H */
