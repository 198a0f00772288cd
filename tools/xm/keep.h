/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who watches over a guest: xend, or a process of its own; and what is kept
 * with it for them.
 */
#ifndef XM_KEEP_H
#define XM_KEEP_H

#include <signal.h>
#include <sys/types.h>

#include "xm.h"

/* A watcher that gets it ends, if xend lives. */
#define XM_KEEP_LEND SIGUSR1

/* What has to be gone when the host starts anew. Tests have their own. */
#ifndef XM_RUN
#define XM_RUN "/run/xen/xend"
#endif
#ifndef XM_LOGS
#define XM_LOGS "/var/log/xen"
#endif

/**
 * struct xm_mark - what is kept with a guest that is watched over
 * @lives: how often in a row it ended soon after its start
 * @started: when that was, as xm_clock() has it
 * @ended: when it was first seen that it has ended; 0: it was not
 * @left: it has ended, and is to be left as it is
 */
struct xm_mark {
	int lives;
	long started;
	long ended;
	bool left;
};

int xm_mark_write(struct xm_host *host, uint32_t domid,
		  const struct xm_mark *mark);
bool xm_mark_read(struct xm_host *host, uint32_t domid, struct xm_mark *mark);
int xm_mark_new(struct xm_host *host, uint32_t domid, int lives);

int xm_keep_dir(void);
void xm_keep_log(const char *name);
int xm_keep_claim(struct xm_host *host, uint32_t domid, const char *name,
		  bool lend, long seconds);
bool xm_keep_offer(void);
pid_t xm_keep_holder(const libxl_uuid *uuid, bool *lent);
int xm_keep_xend(void);
bool xm_keep_xend_lives(void);

#endif /* XM_KEEP_H */
