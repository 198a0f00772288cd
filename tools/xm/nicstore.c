// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks interfaces up in xenstore: who has a MAC address already, what one is
 * called here, and which event channels and rings connect it. The first two are
 * read where only Dom0 writes: a guest must not be able to claim another's
 * address. The last is the guest's own word, so it is checked to be numbers.
 * Called by preflight.c and cmd-network-*.c; needs libxenstore, not libxl.
 */
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "nicstore.h"
#include "store.h"
#include "util.h"

#define QUEUES_MAX 64

static bool has_mac(struct xs_handle *xs, const char *dir, const char *devid,
		    const uint8_t *mac)
{
	char *node = xm_asprintf("%s/mac", devid);
	char *text = xm_store_read(xs, XBT_NULL, dir, node);
	uint8_t other[XM_MAC_LEN];
	bool same = text && xm_mac_parse(text, other) &&
		    !memcmp(mac, other, sizeof(other));

	free(text);
	free(node);
	return same;
}

/* What a guest that is gone has left in xenstore counts for nothing, nor does a self. */
static char *describe(struct xs_handle *xs, const char *domid,
		      const char *devid, const char *self)
{
	char *dir = xm_asprintf("/local/domain/%s", domid);
	char *vm = xm_store_read(xs, XBT_NULL, dir, "vm");
	char *name = vm ? xm_store_read(xs, XBT_NULL, dir, "name") : NULL;
	char *text = NULL;

	if (vm && (!self || strcmp(vm, self)))
		text = xm_asprintf("guest %s (domain %s), interface %s",
				   name ? name : domid, domid, devid);
	free(name);
	free(vm);
	free(dir);
	return text;
}

static char *domain_user(struct xs_handle *xs, const char *domid,
			 const uint8_t *mac, const char *self)
{
	char *dir = xm_asprintf("/libxl/%s/device/vif", domid);
	unsigned int count = 0;
	char **devids = xs_directory(xs, XBT_NULL, dir, &count);
	char *user = NULL;

	for (unsigned int i = 0; devids && !user && i < count; i++)
		if (has_mac(xs, dir, devids[i], mac))
			user = describe(xs, domid, devids[i], self);
	free(devids);
	free(dir);
	return user;
}

/**
 * xm_mac_user() - which guest of this host has a MAC address
 * @xs: xenstore
 * @mac: the address
 * @self: "/vm/UUID" of whose other self does not count; NULL: it has none
 *
 * Return: who, in words, to be freed; NULL if nobody has.
 */
char *xm_mac_user(struct xs_handle *xs, const uint8_t *mac, const char *self)
{
	unsigned int count = 0;
	char **doms = xs_directory(xs, XBT_NULL, "/libxl", &count);
	char *user = NULL;

	for (unsigned int i = 0; doms && !user && i < count; i++)
		user = domain_user(xs, doms[i], mac, self);
	free(doms);
	return user;
}

/**
 * xm_nic_vifname() - the name that an interface was given in its backend's domain
 * @xs: xenstore
 * @domid: the guest's number
 * @devid: the interface's number
 *
 * libxl keeps it and does not tell. Return: the name, to be freed; NULL if the
 * interface has the usual one.
 */
char *xm_nic_vifname(struct xs_handle *xs, uint32_t domid, int devid)
{
	char *dir = xm_asprintf("/libxl/%u/device/vif/%d", domid, devid);
	char *name = xm_store_read(xs, XBT_NULL, dir, "vifname");

	free(dir);
	return name;
}

/* The guest may have written anything: only a number is passed on. */
static bool read_number(struct xs_handle *xs, const char *dir,
			const char *node, long *value)
{
	char *text = xm_store_read(xs, XBT_NULL, dir, node);
	bool good = text && xm_number(text, 0, UINT32_MAX, value);

	free(text);
	return good;
}

static void read_queue(struct xs_handle *xs, const char *dir,
		       struct xm_nic_rings *rings)
{
	long tx, rx;

	if (rings->events)
		xm_append(&rings->events, ",");
	if (rings->refs)
		xm_append(&rings->refs, ",");
	if (read_number(xs, dir, "event-channel-tx", &tx) &&
	    read_number(xs, dir, "event-channel-rx", &rx))
		xm_append(&rings->events, "%ld/%ld", tx, rx);
	else if (read_number(xs, dir, "event-channel", &tx))
		xm_append(&rings->events, "%ld", tx);
	else
		xm_append(&rings->events, "-");
	if (read_number(xs, dir, "tx-ring-ref", &tx) &&
	    read_number(xs, dir, "rx-ring-ref", &rx))
		xm_append(&rings->refs, "%ld/%ld", tx, rx);
	else
		xm_append(&rings->refs, "-");
}

/**
 * xm_nic_rings_read() - find out what a guest has offered for an interface
 * @xs: xenstore
 * @frontend: the guest's directory of the interface
 * @rings: filled in, to be freed with xm_nic_rings_free()
 */
void xm_nic_rings_read(struct xs_handle *xs, const char *frontend,
		       struct xm_nic_rings *rings)
{
	long queues = 0;

	memset(rings, 0, sizeof(*rings));
	read_number(xs, frontend, "multi-queue-num-queues", &queues);
	if (queues > QUEUES_MAX)
		queues = QUEUES_MAX;
	/* One queue has no directory of its own. */
	if (queues <= 1) {
		read_queue(xs, frontend, rings);
		return;
	}
	for (long i = 0; i < queues; i++) {
		char *dir = xm_asprintf("%s/queue-%ld", frontend, i);

		read_queue(xs, dir, rings);
		free(dir);
	}
}

void xm_nic_rings_free(struct xm_nic_rings *rings)
{
	free(rings->events);
	free(rings->refs);
}
