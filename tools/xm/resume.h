/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest that was suspended runs again. */
#ifndef XM_RESUME_H
#define XM_RESUME_H

#include "xm.h"

bool xm_is_suspended(struct xm_host *host, uint32_t domid);
int xm_resume(struct xm_host *host, uint32_t domid, const char *name);

/* cmd-undo-save.c */
int xm_stopped_start(struct xm_host *host, uint32_t domid, int fd,
		     const char *partial, const char *file, const char *then);

/* What a guest is called while it moves: here, when it has left, and where it comes. */
#define XM_MOVED "--moved"
#define XM_INCOMING "--incoming"

#endif /* XM_RESUME_H */
