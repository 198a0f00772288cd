// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest, by its UUID, is one xm's own while that makes, saves or moves it: two that
 * save it would let it run in each other's midst, and who clears up after one that was
 * killed would take away what another has made; and what is saved or moved would have a
 * device that was taken from it meanwhile, and that another guest may have since. And
 * before a guest runs, nobody else may be the same guest. Called by the verbs that make,
 * save, move and resume guests, or change their devices, and by end.c.
 */
#include <errno.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "keep.h"
#include "lock.h"
#include "op.h"
#include "pending.h"

/* In it each guest has two bytes of its own. It stays, and is empty. */
#define LOCK "/run/xm-guest.lock"

/* Who was killed may be about to go. Who changes a device soon has done. */
#define PATIENCE 1
#define PATIENCE_DEVICES 30

static long patience(enum xm_claim what)
{
	const char *seconds = getenv("XM_CLAIM_SECONDS");	/* for tests */

	if (what != XM_CLAIM_DEVICES)
		return PATIENCE;
	return seconds ? atol(seconds) : PATIENCE_DEVICES;
}

/* As xm_lock_byte(), with a line now and then. */
static int lock_patiently(const char *path, off_t at, long seconds, const char *name)
{
	int fd = -1;

	for (long left = seconds; fd < 0; left -= XM_SILENT_SECONDS) {
		fd = xm_lock_byte(path, at, left < XM_SILENT_SECONDS ? left : XM_SILENT_SECONDS);
		if (fd >= 0 || errno != EAGAIN || left <= XM_SILENT_SECONDS)
			break;
		xm_error(name, "waits for another xm that is at work with it");
	}
	return fd;
}

/**
 * xm_claim() - have a guest to oneself
 * @uuid: the guest's
 * @what: what for
 * @name: its name, for the message
 *
 * Return: what xm_claim_end() wants, a descriptor, and who inherits that has the guest
 * as well; -1 after a message.
 */
int xm_claim(const libxl_uuid *uuid, enum xm_claim what, const char *name)
{
	const char *path = getenv("XM_GUEST_LOCK");	/* for tests */
	off_t place = xm_lock_place(libxl_uuid_bytearray_const(uuid));
	int fd;

	path = path ? path : LOCK;
	fd = lock_patiently(path, place + (what == XM_CLAIM_INCOMING), patience(what), name);
	if (fd < 0 && errno == EAGAIN)
		xm_error(name, "another xm makes, changes, saves, moves or resumes it just now; try again when that is done");
	else if (fd < 0)
		xm_error(name, "%s cannot be locked: %s", path, strerror(errno));
	return fd;
}

/* False: there is no such domain. */
static bool get_uuid(struct xm_host *host, uint32_t domid, libxl_uuid *uuid)
{
	libxl_dominfo info;
	bool there;

	libxl_dominfo_init(&info);
	there = !libxl_domain_info(host->ctx, &info, domid);
	if (there)
		libxl_uuid_copy(host->ctx, uuid, &info.uuid);
	libxl_dominfo_dispose(&info);
	return there;
}

/**
 * xm_claim_domain() - have a guest to oneself that is there
 * @host: open connection
 * @domid: the guest
 * @what: what for
 * @name: its name, for the message
 * @uuid: gets its UUID
 * @claim: gets what xm_claim_end() wants
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_claim_domain(struct xm_host *host, uint32_t domid, enum xm_claim what,
		    const char *name, libxl_uuid *uuid, int *claim)
{
	libxl_uuid now;

	if (!get_uuid(host, domid, uuid))
		return xm_libxl_failed(host, name, "nothing is known about it");
	*claim = xm_claim(uuid, what, name);
	if (*claim < 0)
		return XM_BUSY;
	/* Whoever had it may have moved it, or taken it away. */
	if (get_uuid(host, domid, &now) && !libxl_uuid_compare(&now, uuid))
		return XM_OK;
	xm_claim_end(claim);
	xm_error(name, "is gone, or has another number now; 'xm list' shows it");
	return XM_NOTFOUND;
}

/**
 * xm_claim_devices() - connect to Xen, and have a domain to oneself to change its devices
 * @host: filled in
 * @arg: a name, or a number
 * @domid: the result
 * @claim: gets what xm_claim_end() wants
 *
 * Return: XM_OK, and @host is to be closed; or another after a message.
 */
int xm_claim_devices(struct xm_host *host, const char *arg, uint32_t *domid, int *claim)
{
	int ret = xm_verb_open(host, arg, domid);
	libxl_uuid uuid;

	if (ret)
		return ret;
	ret = xm_claim_domain(host, *domid, XM_CLAIM_DEVICES, arg, &uuid, claim);
	if (ret)
		xm_host_close(host);
	return ret;
}

/* Others may have the guest, even if who stands by has not ended yet. */
void xm_claim_end(int *claim)
{
	xm_lock_end(*claim);
	*claim = -1;
}

/*
 * It has ended, and nobody starts it again: it is there to be looked at, or is being taken
 * away by libxl, which begins with all that xenstore has of it.
 */
static bool is_left(struct xm_host *host, const libxl_dominfo *info)
{
	struct xm_mark mark;
	char *name;

	if (!info->shutdown || info->shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND)
		return false;
	name = libxl_domid_to_name(host->ctx, info->domid);
	free(name);
	return !name || (xm_mark_read(host, info->domid, &mark) && mark.left);
}

/* What is being taken away cannot run again. */
static bool is_other(struct xm_host *host, const libxl_dominfo *info,
		     const libxl_uuid *uuid, uint32_t domid, bool moving)
{
	bool suspended = info->shutdown &&
			 info->shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND;

	return info->domid != domid && !info->dying &&
	       !libxl_uuid_compare(&info->uuid, uuid) &&
	       !(moving && suspended) && !is_left(host, info);
}

/**
 * xm_claim_alone() - is nobody else here the same guest?
 * @host: open connection
 * @name: the guest, for the message
 * @uuid: its UUID
 * @domid: itself; 0: it is not made yet
 * @moving: its other self may be here if that is suspended
 *
 * Its disks would not survive two of it. Whoever lets a guest run asks when that is
 * there already: then two who do so at the same moment see each other.
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_claim_alone(struct xm_host *host, const char *name, const libxl_uuid *uuid,
		   uint32_t domid, bool moving)
{
	int n = 0, ret = XM_OK;
	libxl_dominfo *list = libxl_list_domain(host->ctx, &n);
	char *other;

	if (!list)
		return xm_libxl_failed(host, name, "the guests that are here could not be listed");
	for (int i = 0; !ret && i < n; i++) {
		if (!is_other(host, &list[i], uuid, domid, moving))
			continue;
		other = xm_host_domname(host, list[i].domid);
		xm_error(name, "is here already, as domain %u (%s), with the same UUID; shut that down, or 'xm destroy %s'",
			 list[i].domid, other, other);
		free(other);
		ret = XM_BUSY;
	}
	libxl_dominfo_list_free(list, n);
	return ret;
}

/**
 * xm_claim_restarted() - a guest that was to be made anew is there
 * @name: its name
 * @uuid: its UUID
 *
 * Who makes a guest calls it before that runs. What is left of an end that could not be
 * dealt with would bring it back when it has moved away, or was saved.
 */
void xm_claim_restarted(const char *name, const libxl_uuid *uuid)
{
	char *text = xm_asprintf(LIBXL_UUID_FMT, LIBXL_UUID_BYTES(*uuid));

	if (xm_pending_cancel(name, text))
		xm_note(name, "it was still to be restarted, which is called off");
	free(text);
}
