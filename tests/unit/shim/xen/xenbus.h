/* SPDX-License-Identifier: GPL-2.0-only */
/* A xenstore in memory, and a device on it: see ../xenstore.c, shim.h. */
#ifndef SHIM_XEN_XENBUS_H
#define SHIM_XEN_XENBUS_H

#include <linux/device.h>
#include <linux/types.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/interface/io/xenbus.h>

#define XEN_PAGE_SIZE			4096UL
#define XENBUS_MAX_RING_GRANT_ORDER	4
#define XENBUS_MAX_RING_GRANTS		(1U << XENBUS_MAX_RING_GRANT_ORDER)

struct xenbus_watch {
	const char *node;
	unsigned int nr_pending;
	bool (*will_handle)(struct xenbus_watch *watch, const char *path,
			    const char *token);
	void (*callback)(struct xenbus_watch *watch, const char *path,
			 const char *token);
};

struct xenbus_device {
	const char *nodename;
	const char *otherend;
	int otherend_id;
	enum xenbus_state state;
	struct xenbus_watch otherend_watch;
	struct device dev;
};

struct xenbus_transaction {
	u32 id;
};

#define XBT_NIL ((struct xenbus_transaction) { 0 })

void *xenbus_read(struct xenbus_transaction xbt, const char *dir,
		  const char *node, unsigned int *len);
int xenbus_exists(struct xenbus_transaction xbt, const char *dir,
		  const char *node);
unsigned int xenbus_read_unsigned(const char *dir, const char *node,
				  unsigned int fallback);
int xenbus_write(struct xenbus_transaction xbt, const char *dir,
		 const char *node, const char *text);
int __attribute__((format(printf, 4, 5)))
xenbus_printf(struct xenbus_transaction xbt, const char *dir, const char *node,
	      const char *format, ...);
int __attribute__((format(scanf, 4, 5)))
xenbus_scanf(struct xenbus_transaction xbt, const char *dir, const char *node,
	     const char *format, ...);
int xenbus_transaction_start(struct xenbus_transaction *xbt);
int xenbus_transaction_end(struct xenbus_transaction xbt, int abort);
int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state);
enum xenbus_state xenbus_read_driver_state(const char *path);
int xenbus_dev_resume(struct device *dev);
int xenbus_dev_is_online(struct xenbus_device *dev);
void __attribute__((format(printf, 3, 4)))
xenbus_dev_error(struct xenbus_device *dev, int err, const char *format, ...);

int __attribute__((format(printf, 5, 6)))
xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
		     bool (*will_handle)(struct xenbus_watch *watch,
					 const char *path, const char *token),
		     void (*callback)(struct xenbus_watch *watch,
				      const char *path, const char *token),
		     const char *format, ...);
void unregister_xenbus_watch(struct xenbus_watch *watch);

int xenbus_setup_ring(struct xenbus_device *dev, gfp_t flags, void **shared,
		      unsigned int pages, grant_ref_t *grefs);
void xenbus_teardown_ring(void **shared, unsigned int pages,
			  grant_ref_t *grefs);
int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *grefs,
			   unsigned int pages, void **shared);
int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *shared);
int xenbus_alloc_evtchn(struct xenbus_device *dev, u32 *port);
int xenbus_free_evtchn(struct xenbus_device *dev, int port);

#endif /* SHIM_XEN_XENBUS_H */
