/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the other end does wrong, logged at a limited rate.
 *
 * A hostile peer can give us as much to log as it likes: by a bad key, a bad grant,
 * a broken ring, each a connection anew. What it causes goes through here, in every
 * driver; what only this domain can cause need not. Floor F4.
 */
#ifndef XENIFY_LOG_H
#define XENIFY_LOG_H

#include <linux/ratelimit.h>
#include <xen/xenbus.h>

/* So many within so long, from each place in the source. */
#define XEN_LOG_BURST		10
#define XEN_LOG_INTERVAL	(5 * HZ)

/**
 * xen_log_allowed - whether one more is not too much
 *
 * The kernel says how many there would have been. Context: any.
 */
#define xen_log_allowed() ({						\
	static DEFINE_RATELIMIT_STATE(xen_log_limit,			\
				      XEN_LOG_INTERVAL, XEN_LOG_BURST); \
									\
	__ratelimit(&xen_log_limit);					\
})

/**
 * xen_log_error - report an error that the other end caused
 * @dev: the device
 * @err: a negative errno
 * @fmt: as for printf, with what follows
 *
 * As xenbus_dev_error(): in the log, and in xenstore for the host's tools.
 * Context: may sleep.
 */
#define xen_log_error(dev, err, fmt, ...) do {				\
	if (xen_log_allowed())						\
		xenbus_dev_error(dev, err, fmt, ##__VA_ARGS__);		\
} while (0)

#endif /* XENIFY_LOG_H */
