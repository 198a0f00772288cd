/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands before a guest's memory in a file, or on its way to another host. */
#ifndef XM_SAVED_H
#define XM_SAVED_H

#include "xm.h"

/* How the guest went on after it was saved; bits that xl ignores. */
#define XM_SAVED_RAN 0x80000000U

char *xm_saved_json(struct xm_host *host, uint32_t domid, const char *name);
int xm_saved_write(int fd, const char *json, uint32_t flags);
char *xm_saved_read(int fd, const char *subject, uint32_t *flags);
int xm_saved_config(struct xm_host *host, const char *subject, const char *json,
		    libxl_domain_config *dc);
bool xm_saved_mark(int fd, uint32_t flags);
bool xm_saved_has_run(int fd);
char *xm_saved_waiting(struct xm_host *host, const char *file, const libxl_uuid *but);
int xm_saved_sync(const char *file);
int xm_saved_finish(int fd, const char *partial, const char *file);

#endif /* XM_SAVED_H */
