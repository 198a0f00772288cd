// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xenstore keys as data: reading, checking, writing. See keys.h. Floor F4.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "log.h"
#include "keys.h"

/*
 * A transaction collides when somebody else changed a node it touched. These
 * nodes are ours, so it settles at once, unless someone makes it collide.
 */
#define XEN_KEYS_ATTEMPTS	64

/*
 * Xenstore lets a domain have ten transactions at once, and refuses the others
 * (ENOSPC). Each device may want one in a work of its own; two are left for who is
 * not asked here, as the guest's own programs.
 */
static DEFINE_SEMAPHORE(xen_keys_transactions, 8);

static void xen_key_store(const struct xen_key *key, u64 value, void *into)
{
	void *member = (u8 *)into + key->offset;

	switch (key->type) {
	case XEN_KEY_U32:
		*(u32 *)member = value;
		break;
	case XEN_KEY_U64:
		*(u64 *)member = value;
		break;
	case XEN_KEY_BOOL:
		*(bool *)member = !!value;
		break;
	case XEN_KEY_TEXT:
		*(char *)member = '\0';
		break;
	}
}

static int xen_keys_key_parse_text(const struct xen_key *key, const char *text,
				   void *into)
{
	if (strnlen(text, XEN_KEY_TEXT_MAX) == XEN_KEY_TEXT_MAX)
		return -ERANGE;
	strscpy((char *)into + key->offset, text, XEN_KEY_TEXT_MAX);
	return 0;
}

/**
 * xen_key_parse - turn one value into a member
 * @key: the row
 * @text: the value; NULL when the node does not exist
 * @into: the struct
 *
 * Pure. On an error the member holds the fallback.
 *
 * Return: 0; -ENOENT missing but required; -EINVAL not of the type; -ERANGE
 * out of range.
 */
int xen_key_parse(const struct xen_key *key, const char *text, void *into)
{
	u64 max = key->max ?: key->type == XEN_KEY_U32 ? U32_MAX : U64_MAX;
	u64 value;

	xen_key_store(key, key->fallback, into);
	if (!text)
		return key->rule == XEN_KEY_REQUIRED ? -ENOENT : 0;
	if (key->type == XEN_KEY_TEXT)
		return xen_keys_key_parse_text(key, text, into);

	/* A sign is not refused by kstrtou64(), but is by us. */
	if (text[0] < '0' || text[0] > '9' || kstrtou64(text, 10, &value))
		return -EINVAL;
	if (value > max && key->rule == XEN_KEY_OPTIONAL)
		value = max;
	if (value < key->min || value > max)
		return -ERANGE;
	xen_key_store(key, value, into);
	return 0;
}
EXPORT_SYMBOL_GPL(xen_key_parse);

static int xen_keys_key_read(struct xenbus_device *dev, const char *path,
			     const struct xen_key *key, void *into)
{
	unsigned int len;
	char *text = xenbus_read(XBT_NIL, path, key->name, &len);
	int err;

	if (IS_ERR(text)) {
		if (PTR_ERR(text) != -ENOENT)
			return PTR_ERR(text);
		text = NULL;
	}
	/* A node may hold a zero byte: what follows it is not part of the text. */
	err = xen_key_parse(key, text, into);
	kfree(text);

	if (err && key->rule == XEN_KEY_OPTIONAL) {
		if (xen_log_allowed())
			dev_warn(&dev->dev, "%s/%s is not usable (%d), using %llu\n",
				 path, key->name, err, key->fallback);
		return 0;
	}
	return err;
}

/**
 * xen_keys_read - read a table of keys from one xenstore directory
 * @dev: the device, for messages
 * @path: the directory, ours or the other end's
 * @keys: the table
 * @count: its rows
 * @into: the struct to be filled
 *
 * Context: may sleep. Return: 0, or the first required key's error, which was
 * reported with the name of the key.
 */
int xen_keys_read(struct xenbus_device *dev, const char *path,
		  const struct xen_key *keys, size_t count, void *into)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int err = xen_keys_key_read(dev, path, &keys[i], into);

		if (err) {
			xen_log_error(dev, err, "reading %s/%s", path,
				      keys[i].name);
			return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xen_keys_read);

/**
 * xen_keys_write - write a table of keys to one xenstore directory
 * @xbt: transaction, or XBT_NIL
 * @path: the directory
 * @keys: the table
 * @count: its rows
 * @from: the struct to take the values from
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int xen_keys_write(struct xenbus_transaction xbt, const char *path,
		   const struct xen_key *keys, size_t count, const void *from)
{
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		const struct xen_key *key = &keys[i];
		const void *member = (const u8 *)from + key->offset;

		switch (key->type) {
		case XEN_KEY_U32:
			err = xenbus_printf(xbt, path, key->name, "%u",
					    *(const u32 *)member);
			break;
		case XEN_KEY_U64:
			err = xenbus_printf(xbt, path, key->name, "%llu",
					    *(const u64 *)member);
			break;
		case XEN_KEY_BOOL:
			err = xenbus_printf(xbt, path, key->name, "%d",
					    *(const bool *)member);
			break;
		case XEN_KEY_TEXT:
			err = xenbus_write(xbt, path, key->name, member);
			break;
		}
	}
	return err;
}
EXPORT_SYMBOL_GPL(xen_keys_write);

/* Return: 0 or a negative errno; if it @collided, -EAGAIN. */
static int xen_keys_transact(xen_keys_writer write, void *owner, bool *collided)
{
	struct xenbus_transaction xbt;
	int err = xenbus_transaction_start(&xbt);

	*collided = false;
	if (err)
		return err;
	err = write(xbt, owner);
	if (err) {
		xenbus_transaction_end(xbt, 1);
		return err;
	}
	err = xenbus_transaction_end(xbt, 0);
	*collided = err == -EAGAIN;
	return err;
}

/**
 * xen_keys_publish - write nodes in one transaction
 * @dev: the device, for messages
 * @write: writes the nodes
 * @owner: passed on to @write
 *
 * Owns the transaction: starts it, repeats it on a collision, aborts it when
 * @write fails. Context: may sleep.
 *
 * Return: 0; what @write returned; -EIO if it never stopped colliding. An
 * error was reported, unless it is -ESTALE: @write says that it is not our
 * directory any more.
 */
int xen_keys_publish(struct xenbus_device *dev, xen_keys_writer write,
		     void *owner)
{
	bool collided = true;
	int attempt, err = 0;

	for (attempt = 0; collided && attempt < XEN_KEYS_ATTEMPTS; attempt++) {
		down(&xen_keys_transactions);
		err = xen_keys_transact(write, owner, &collided);
		up(&xen_keys_transactions);
	}
	/* -EAGAIN would mean to an action (peer.h) that it has not failed. */
	if (collided)
		err = -EIO;
	if (err && err != -ESTALE)
		xenbus_dev_error(dev, err, "writing to %s", dev->nodename);
	return err;
}
EXPORT_SYMBOL_GPL(xen_keys_publish);

/**
 * xen_keys_switch_state - say our state
 * @dev: the device
 * @state: the state
 *
 * By xenbus_switch_state(), which has a transaction, too, and tries to say Closing
 * if it fails. Context: may sleep; no transaction is open.
 * Return: whether it is our state now; if not, that has been reported.
 */
bool xen_keys_switch_state(struct xenbus_device *dev, enum xenbus_state state)
{
	down(&xen_keys_transactions);
	xenbus_switch_state(dev, state);
	up(&xen_keys_transactions);
	return dev->state == state;
}
EXPORT_SYMBOL_GPL(xen_keys_switch_state);
