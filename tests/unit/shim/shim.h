/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test can ask of the pretended kernel: look into the xenstore, make
 * calls fail, count what is still held. Included by tests and fuzz targets
 * only; the files under test see linux/, asm/ and xen/ beside this.
 */
#ifndef SHIM_H
#define SHIM_H

#include <xen/xenbus.h>

/**
 * struct shim_faults - what is to go wrong
 * @collisions: that many transactions end with -EAGAIN; -1 for all
 * @transaction_start: error of the next transaction's start
 * @read: error of every read
 * @write: error of the write after @writes more
 * @writes: writes that still succeed
 * @states: that many states cannot be written
 * @kcalloc: the next allocation fails
 * @ring: error of setting up, or mapping, a ring
 * @mapped: this grant is in use by the peer
 * @evtchn: error of allocating an event channel
 * @bind: error of binding one
 * @request: error of requesting its interrupt
 */
struct shim_faults {
	int collisions;
	int transaction_start;
	int read;
	int write;
	int writes;
	int states;
	bool kcalloc;
	int ring;
	grant_ref_t mapped;
	int evtchn;
	int bind;
	int request;
};

/**
 * struct shim_seen - what the files under test did
 * @transactions: that are open
 * @commits: transactions that took effect
 * @aborts: transactions that were given up
 * @errors: reported by xenbus_dev_error()
 * @error: text of the last one, or of the last warning
 * @switches: state changes
 * @switch_permits: semaphores held at these, one for each
 * @rings: that are set up or mapped
 * @grants: ended and given back
 * @ports: event channels allocated and not freed
 * @irqs: event channels bound and not unbound
 * @notified: notifications sent
 * @watches: that are set
 * @slept: how long, in milliseconds
 */
struct shim_seen {
	int transactions;
	int commits;
	int aborts;
	int errors;
	char error[256];
	int switches;
	int switch_permits;
	int rings;
	int grants;
	int ports;
	int irqs;
	int notified;
	int watches;
	int slept;
};

extern struct shim_faults shim_faults;
extern struct shim_seen shim_seen;

/* The pages that a backend maps: what a test's frontend has set up. */
extern void *shim_peer_ring;

/* What the bus does for a device whose backend may be another one. */
extern int (*shim_resume)(struct device *dev);

void shim_reset(void);
void shim_store_write(const char *dir, const char *node, const char *text);
void shim_store_remove(const char *dir, const char *node);
const char *shim_store_text(const char *dir, const char *node);
int shim_store_count(void);
enum xenbus_state shim_store_state(const char *dir);

#endif /* SHIM_H */
