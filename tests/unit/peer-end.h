/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One end of a connection, whose driver writes down what it is asked for and answers
 * what the test says. For the tests of drivers/xen/ring/peer.c, once in each of them.
 */
#ifndef PEER_END_H
#define PEER_END_H

#include <string.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"
#include "shim/shim.h"
#include "test.h"

static const char letters[XEN_PEER_ACTIONS] = {
	[XEN_PEER_NONE] = '-', [XEN_PEER_PREPARE] = 'P',
	[XEN_PEER_CONNECT] = 'C', [XEN_PEER_UPDATE] = 'U',
	[XEN_PEER_LOST] = 'L', [XEN_PEER_CLOSE] = 'X', [XEN_PEER_GONE] = 'G',
	[XEN_PEER_RENEW] = 'R',
};

#define OURS	"device/vbd/51712"
#define THEIRS	"backend/vbd/1/51712"

static struct xenbus_device device = { .nodename = OURS, .otherend = THEIRS };
static struct xen_peer peer;
/* What the actions answer, and what they were asked, one letter each. */
static int answers[XEN_PEER_ACTIONS];
static char asked[64];

static int act(enum xen_peer_action action)
{
	size_t len = strlen(asked);

	CHECK(peer.lock.held);
	CHECK(len + 1 < sizeof(asked));
	asked[len] = letters[action];
	asked[len + 1] = '\0';
	return answers[action];
}

#define ACT(_name, _action)						\
	static int _name(struct xen_peer *p)				\
	{								\
		CHECK(p == &peer);					\
		return act(XEN_PEER_##_action);				\
	}

ACT(prepare, PREPARE)
ACT(connect, CONNECT)
ACT(update, UPDATE)
ACT(lost, LOST)
ACT(close, CLOSE)
ACT(gone, GONE)
ACT(renew, RENEW)

#define ACTS {								\
	[XEN_PEER_PREPARE] = prepare, [XEN_PEER_CONNECT] = connect,	\
	[XEN_PEER_UPDATE] = update, [XEN_PEER_LOST] = lost,		\
	[XEN_PEER_CLOSE] = close, [XEN_PEER_GONE] = gone,		\
	[XEN_PEER_RENEW] = renew }

static const struct xen_peer_ops front_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS, .act = ACTS,
	.asks = true,
};

static const struct xen_peer_ops early_ops = {
	.rows = xen_peer_early_rows, .count = XEN_PEER_EARLY_ROWS, .act = ACTS,
	.asks = true,
};

static const struct xen_peer_ops back_ops = {
	.rows = xen_peer_back_rows, .count = XEN_PEER_BACK_ROWS, .act = ACTS,
};

static void begin(const struct xen_peer_ops *ops, enum xenbus_state ours)
{
	shim_reset();
	memset(answers, 0, sizeof(answers));
	device.state = XenbusStateInitialising;
	xen_peer_init(&peer, &device, ops);
	device.state = ours;
}

/* The other end's state becomes @theirs: which actions does that ask for? */
static const char *sees(enum xenbus_state theirs)
{
	asked[0] = '\0';
	xen_peer_step(&peer, theirs);
	return asked;
}

static const char *again(void)
{
	asked[0] = '\0';
	mutex_lock(&peer.lock);
	xen_peer_again(&peer);
	mutex_unlock(&peer.lock);
	return asked;
}

#endif /* PEER_END_H */
