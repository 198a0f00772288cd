/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest that was suspended runs again. */
#ifndef XM_RESUME_H
#define XM_RESUME_H

#include "xm.h"

int xm_can_suspend(struct xm_host *host, uint32_t domid, const char *name);
bool xm_is_suspended(struct xm_host *host, uint32_t domid);
void xm_call_off(struct xm_host *host, uint32_t domid, const char *name,
		 const char *what, const char *where, const char *why);
int xm_resume(struct xm_host *host, uint32_t domid, const char *name);

/**
 * struct xm_stopped - a guest that stands still for a while
 * @domid: the guest
 * @claim: what xm_claim() has given; -1: nothing
 * @fd: the file that is written; -1: none
 * @partial: what that is called until it is complete, "" if there is none
 * @file: and then
 * @then: what becomes of the guest when it is: "destroy", "resume" or "pause"; or
 *        "unpause", whatever becomes of the file
 */
struct xm_stopped {
	uint32_t domid;
	int claim;
	int fd;
	const char *partial;
	const char *file;
	const char *then;
};

/* cmd-undo-save.c */
int xm_stopped_start(struct xm_host *host, const struct xm_stopped *s);

/* What a guest is called while it moves: here, when it has left, and where it comes. */
#define XM_MOVED "--moved"
#define XM_INCOMING "--incoming"

#endif /* XM_RESUME_H */
