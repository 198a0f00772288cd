// SPDX-License-Identifier: GPL-2.0-or-later
/* What libxl tells of its work on a host that isn't there: that it is done, at once. */
#include <libxl_event.h>
#include <stdlib.h>
#include <string.h>

#include "fake-xen.h"

static libxl_event *told[64];
static size_t first, last;

void fake_done(uint32_t domid, const libxl_asyncop_how *how, int rc)
{
	libxl_event *event;

	if (!how)
		return;
	if (last == ARRAY_SIZE(told))
		abort();
	event = xm_calloc(1, sizeof(*event));
	event->type = LIBXL_EVENT_TYPE_OPERATION_COMPLETE;
	event->domid = domid;
	event->for_user = how->u.for_event;
	event->u.operation_complete.rc = rc;
	told[last++] = event;
}

int libxl_event_check(libxl_ctx *ctx, libxl_event **event, uint64_t mask,
		      libxl_event_predicate *predicate, void *user)
{
	(void)ctx;
	(void)mask;
	(void)predicate;
	(void)user;
	if (first == last)
		return ERROR_NOT_READY;
	*event = told[first++];
	return 0;
}

void libxl_event_free(libxl_ctx *ctx, libxl_event *event)
{
	(void)ctx;
	free(event);
}

int libxl_evenable_domain_death(libxl_ctx *ctx, uint32_t domid,
				libxl_ev_user user,
				libxl_evgen_domain_death **evgen)
{
	(void)ctx;
	(void)domid;
	(void)user;
	*evgen = NULL;
	return 0;
}

void libxl_evdisable_domain_death(libxl_ctx *ctx,
				  libxl_evgen_domain_death *evgen)
{
	(void)ctx;
	(void)evgen;
}

int libxl_osevent_beforepoll(libxl_ctx *ctx, int *n, struct pollfd *fds,
			     int *timeout_ms, struct timeval now)
{
	(void)ctx;
	(void)fds;
	(void)now;
	*n = 0;
	*timeout_ms = 10;
	return 0;
}

void libxl_osevent_afterpoll(libxl_ctx *ctx, int n, const struct pollfd *fds,
			     struct timeval now)
{
	(void)ctx;
	(void)n;
	(void)fds;
	(void)now;
}
