/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests whose end is being dealt with, and the lock on that. No libxl. */
#ifndef XM_PENDING_H
#define XM_PENDING_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct xm_pending - a guest that has ended, and is to go, or to be there again
 * @domid: what it was
 * @next: what it is now: whole, and if it is gone, then because somebody wanted that;
 *        -1: it is not made, or not whole
 * @lives: its short lives in a row
 * @tries: how often it could not be made
 * @again: it is to be there again
 * @keep: what it was stays, under another name
 * @name: its name
 * @uuid: its UUID, which the next one has as well
 * @json: its configuration, as libxl writes it; "": it is there still, and has that
 */
struct xm_pending {
	uint32_t domid;
	long next;
	int lives;
	int tries;
	bool again;
	bool keep;
	char *name;
	char *uuid;
	char *json;
};

int xm_pending_lock(uint32_t domid, bool wait);
int xm_pending_write(const struct xm_pending *p);
bool xm_pending_read(uint32_t domid, struct xm_pending *p);
bool xm_pending_put_away(uint32_t domid);
void xm_pending_free(struct xm_pending *p);
void xm_pending_remove(uint32_t domid);
int xm_pending_list(uint32_t **domids);
bool xm_pending_cancel(const char *name, const char *uuid);

#endif /* XM_PENDING_H */
