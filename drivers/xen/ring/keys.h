/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xenstore keys as data: what a driver reads from the other end and what it
 * writes for it is a table, and only this file turns text into numbers.
 *
 * Floor F4, above xenbus. Called by the negotiate.c of every driver; the list
 * of keys in the documentation is checked against the tables.
 *
 * Trust: a value is whatever the peer put there: missing, empty, not a number,
 * out of range, thousands of bytes. What comes out of xen_keys_read() is in
 * the range that the table states, or an error that names the key.
 */
#ifndef XENIFY_KEYS_H
#define XENIFY_KEYS_H

#include <linux/types.h>
#include <xen/xenbus.h>

/* The widest number and the longest text that a key may hold. */
#define XEN_KEY_TEXT_MAX	64

/**
 * enum xen_key_type - how a key's text becomes a member of a struct
 * @XEN_KEY_U32: decimal number, in a u32
 * @XEN_KEY_U64: decimal number, in a u64
 * @XEN_KEY_BOOL: "0" or another number, in a bool
 * @XEN_KEY_TEXT: text below %XEN_KEY_TEXT_MAX bytes, in a char array
 */
enum xen_key_type {
	XEN_KEY_U32,
	XEN_KEY_U64,
	XEN_KEY_BOOL,
	XEN_KEY_TEXT,
};

/**
 * enum xen_key_rule - what becomes of a missing or bad value
 * @XEN_KEY_OPTIONAL: missing: the fallback; bad: the fallback, with a warning;
 *	above the maximum: the maximum, as more was offered than is wanted
 * @XEN_KEY_REQUIRED: missing, bad or out of range: an error
 */
enum xen_key_rule {
	XEN_KEY_OPTIONAL,
	XEN_KEY_REQUIRED,
};

/**
 * struct xen_key - a row of a key table
 * @name: the node's name
 * @type: how to read it
 * @rule: what to do without it
 * @offset: of the member in the driver's struct
 * @fallback: value when missing and optional
 * @min: smallest good value
 * @max: largest good value; 0 for any
 */
struct xen_key {
	const char *name;
	enum xen_key_type type;
	enum xen_key_rule rule;
	size_t offset;
	u64 fallback;
	u64 min;
	u64 max;
};

int xen_key_parse(const struct xen_key *key, const char *text, void *into);
int xen_keys_read(struct xenbus_device *dev, const char *path,
		  const struct xen_key *keys, size_t count, void *into);
int xen_keys_write(struct xenbus_transaction xbt, const char *path,
		   const struct xen_key *keys, size_t count, const void *from);

/**
 * typedef xen_keys_writer - writes nodes inside a transaction
 * @xbt: the transaction; the writer neither ends nor aborts it
 * @owner: what was passed to xen_keys_publish()
 *
 * Called again from the start when the transaction collided with another.
 * Return: 0 or a negative errno.
 */
typedef int (*xen_keys_writer)(struct xenbus_transaction xbt, void *owner);

int xen_keys_publish(struct xenbus_device *dev, xen_keys_writer write,
		     void *owner);
bool xen_keys_switch_state(struct xenbus_device *dev, enum xenbus_state state);

#endif /* XENIFY_KEYS_H */
