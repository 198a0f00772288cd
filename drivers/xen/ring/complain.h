/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Complaints about the other end, as many as a person can read.
 *
 * A hostile peer can make us complain as often as it likes: by a bad key, a bad
 * grant, a broken ring, each a connection anew. What it causes goes through here,
 * in every driver; what only this domain can cause need not. Floor F4.
 */
#ifndef XENIFY_COMPLAIN_H
#define XENIFY_COMPLAIN_H

#include <linux/ratelimit.h>
#include <xen/xenbus.h>

/* So many within so long, from each place in the source. */
#define XEN_COMPLAINTS		10
#define XEN_COMPLAINTS_TIME	(5 * HZ)

/**
 * xen_may_complain - whether one more is not too much
 *
 * The kernel says how many there would have been. Context: any.
 */
#define xen_may_complain() ({						\
	static DEFINE_RATELIMIT_STATE(xen_complaints,			\
				      XEN_COMPLAINTS_TIME, XEN_COMPLAINTS); \
									\
	__ratelimit(&xen_complaints);					\
})

/**
 * xen_complain - report an error that the other end caused
 * @dev: the device
 * @err: a negative errno
 * @fmt: as for printf, with what follows
 *
 * As xenbus_dev_error(): in the log, and in xenstore for the host's tools.
 * Context: may sleep.
 */
#define xen_complain(dev, err, fmt, ...) do {				\
	if (xen_may_complain())						\
		xenbus_dev_error(dev, err, fmt, ##__VA_ARGS__);		\
} while (0)

#endif /* XENIFY_COMPLAIN_H */
