// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives a running guest's device a backend again when the driver domain that
 * served it was started anew, and so has another number.
 *
 * libxl has no word for it: to libxl the guest has the device already. But what it
 * wrote for the old backend is in /libxl/DOMAIN/device/KIND/DEVID, and is written
 * again for the new one here, in one transaction with what the guest looks at:
 * neither side sees half of it. The guest keeps its requests meanwhile, if its
 * frontend can (Documentation/block.md, net.md). Called by cmd-block-reattach.c and
 * cmd-network-reattach.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "reattach.h"
#include "store.h"

/* A transaction is repeated so often while others write to what it reads. */
#define TRIES 100

/* Everything that is about one device of one guest. */
struct move {
	struct xs_handle *xs;
	xs_transaction_t t;
	char *libxl;
	char *front;
	char *back;
};

static char *get(const struct move *move, const char *dir, const char *node)
{
	return xm_store_read(move->xs, move->t, dir, node);
}

static bool put(const struct move *move, const char *dir, const char *node,
		const char *value)
{
	char *path = xm_asprintf("%s/%s", dir, node);
	bool done = xs_write(move->xs, move->t, path, value, strlen(value));

	free(path);
	return done;
}

/*
 * One node that the old backend could read is for the new one. What the guest has
 * written keeps the permissions from then, also when it is written again.
 */
static bool allow_node(const struct move *move, const char *path, uint32_t old,
		       uint32_t backend)
{
	struct xs_permissions *perms, *more;
	unsigned int count, i;
	bool known = false, done = false;

	perms = xs_get_permissions(move->xs, move->t, path, &count);
	more = perms ? realloc(perms, (count + 1) * sizeof(*perms)) : NULL;
	if (!more)
		goto out;
	perms = more;
	for (i = 0; i < count; i++) {
		if (perms[i].id == old)
			perms[i].id = backend;
		known |= perms[i].id == backend;
	}
	if (!known)
		perms[count++] = (struct xs_permissions) {
			.id = backend, .perms = XS_PERM_READ,
		};
	done = xs_set_permissions(move->xs, move->t, path, perms, count);
out:
	free(perms);
	return done;
}

/* A directory of the guest's, to its last node: those of queues have their own. */
static bool allow(const struct move *move, const char *path, uint32_t old,
		  uint32_t backend)
{
	unsigned int count = 0;
	char **names;
	bool done;

	if (!allow_node(move, path, old, backend))
		return false;
	names = xs_directory(move->xs, move->t, path, &count);
	done = names;
	for (unsigned int i = 0; done && i < count; i++) {
		char *node = xm_asprintf("%s/%s", path, names[i]);

		done = allow(move, node, old, backend);
		free(node);
	}
	free(names);
	return done;
}

static bool allow_backend(const struct move *move, uint32_t backend)
{
	char *old = get(move, move->front, "backend-id");
	bool done = old && allow(move, move->front, strtoul(old, NULL, 10),
				 backend);

	free(old);
	return done;
}

/* What is in the directory inherits its permissions, so these come first. */
static bool make_directory(const struct move *move, uint32_t domid,
			   uint32_t backend)
{
	struct xs_permissions perms[] = {
		{ .id = backend, .perms = XS_PERM_NONE },
		{ .id = domid, .perms = XS_PERM_READ },
	};

	return xs_mkdir(move->xs, move->t, move->back) &&
	       xs_set_permissions(move->xs, move->t, move->back, perms,
				  ARRAY_SIZE(perms));
}

static bool copy_nodes(const struct move *move)
{
	unsigned int count = 0;
	char **names = xs_directory(move->xs, move->t, move->libxl, &count);
	bool done = names;

	for (unsigned int i = 0; done && i < count; i++) {
		char *value;

		if (!strcmp(names[i], "backend"))
			continue;
		value = get(move, move->libxl, names[i]);
		done = value && put(move, move->back, names[i], value);
		free(value);
	}
	free(names);
	return done;
}

static bool connect_both(const struct move *move, uint32_t backend)
{
	char number[12];

	snprintf(number, sizeof(number), "%u", backend);
	return put(move, move->back, "online", "1") &&
	       put(move, move->back, "state", "1") &&
	       put(move, move->libxl, "backend", move->back) &&
	       put(move, move->front, "backend-id", number) &&
	       put(move, move->front, "state", "1") &&
	       put(move, move->front, "backend", move->back);
}

static int write_all(struct move *move, uint32_t domid, uint32_t backend)
{
	int err = 0;
	bool done;

	/* The guest could make each attempt fail by writing to its own nodes. */
	for (int tries = 0; tries < TRIES; tries++) {
		move->t = xs_transaction_start(move->xs);
		if (move->t == XBT_NULL)
			return errno;
		done = make_directory(move, domid, backend) &&
		       copy_nodes(move) && allow_backend(move, backend) &&
		       connect_both(move, backend);
		if (!done) {
			err = errno;
			xs_transaction_end(move->xs, move->t, true);
			return err;
		}
		if (xs_transaction_end(move->xs, move->t, false))
			return 0;
		err = errno;
		if (err != EAGAIN)
			break;
	}
	return err;
}

/* A backend that is there still would have to be told first. */
static int check_old(const struct move *move, const char *arg, const char *vdev)
{
	char *old = get(move, move->libxl, "backend");
	char *state = old ? get(move, old, "state") : NULL;
	int ret = XM_OK;

	if (state) {
		xm_error(arg, "%s has its backend still, at %s", vdev, old);
		ret = XM_BUSY;
	}
	free(state);
	free(old);
	return ret;
}

/**
 * struct device - a device of a guest, as xenstore knows it
 * @kind: vbd or vif
 * @devid: its number
 * @name: as it was typed
 */
struct device {
	const char *kind;
	int devid;
	const char *name;
};

static int reattach(const char *arg, uint32_t domid, const struct device *dev,
		    uint32_t backend)
{
	struct move move = {
		.xs = xs_open(0),
		.libxl = xm_asprintf("/libxl/%u/device/%s/%d", domid, dev->kind,
				     dev->devid),
		.front = xm_asprintf("/local/domain/%u/device/%s/%d", domid,
				     dev->kind, dev->devid),
		.back = xm_asprintf("/local/domain/%u/backend/%s/%u/%d",
				    backend, dev->kind, domid, dev->devid),
	};
	int err, ret;

	if (!move.xs) {
		xm_error("Xen", "xenstore cannot be reached: %s",
			 strerror(errno));
		ret = XM_NOXEN;
	} else {
		ret = check_old(&move, arg, dev->name);
		err = ret ? 0 : write_all(&move, domid, backend);
		if (err) {
			xm_error(arg, "%s cannot be written to xenstore: %s",
				 dev->name, strerror(err));
			ret = XM_FAIL;
		}
		xs_close(move.xs);
	}
	free(move.libxl);
	free(move.front);
	free(move.back);
	return ret;
}

/**
 * xm_verb_reattach() - the whole of a verb that gives a device another backend
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @kind: of the device, in xenstore
 * @needs: the message when it gets other arguments
 * @find: finds the device's number; returns XM_OK, or another after a message
 */
int xm_verb_reattach(int argc, char **argv, const char *kind, const char *needs,
		     int (*find)(struct xm_host *host, const char *domain,
				 uint32_t domid, const char *device,
				 int *devid))
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct device dev = { .kind = kind };
	struct xm_host host;
	uint32_t domid, backend;
	int ret, claim;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 3)
		return xm_usage(argv[0], "%s", needs);
	argv += optind;
	dev.name = argv[1];
	ret = xm_claim_devices(&host, argv[0], &domid, &claim);
	if (ret)
		return ret;
	ret = xm_host_domain(&host, argv[2], &backend);
	if (!ret)
		ret = find(&host, argv[0], domid, dev.name, &dev.devid);
	if (!ret)
		ret = reattach(argv[0], domid, &dev, backend);
	xm_claim_end(&claim);
	xm_host_close(&host);
	return ret;
}
