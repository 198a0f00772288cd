// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed values of the xenstore keys that a frontend writes: tables of them are
 * told, in a connection each. Floor F6; called by the acts of the frontends.
 */
#include <linux/kernel.h>

#include "guest.h"

static u32 number_of(const struct hostile_guest *guest,
		     enum hostile_value value)
{
	switch (value) {
	case VALUE_RING:
		return guest->ops->number(guest);
	case VALUE_REVOKED:
		return guest->bad.revoked.ref;
	case VALUE_FOREIGN:
		return guest->bad.foreign.ref;
	case VALUE_READONLY:
		return guest->bad.readonly.ref;
	case VALUE_PORT:
		return guest->port.port;
	default:
		return guest->port.foreign;
	}
}

static int tell_key(struct hostile_guest *guest, const void *arg)
{
	const struct hostile_keys *row = arg;
	const char *dir = guest->dev->nodename;
	int i, err = 0;

	for (i = 0; i < HOSTILE_NODES && row->nodes[i].name && !err; i++) {
		const struct hostile_node *node = &row->nodes[i];

		if (node->value < VALUE_RING)
			err = hostile_node_write(dir, node);
		else
			err = xenbus_printf(XBT_NIL, dir, node->name, "%u",
					    number_of(guest, node->value));
	}
	return err;
}

static int play_key(struct hostile_guest *guest, const struct hostile_keys *row)
{
	const struct guest_offer offer = { .alter = tell_key, .arg = row };
	struct hostile_tally *tally = hostile_tally(&guest->book, "key",
						    row->name);
	int state = guest_connect(guest, &offer);

	if (state < 0)
		return state;
	hostile_judge(tally, (state == XenbusStateConnected) == row->connects,
		      "state %d", state);
	return 0;
}

/**
 * guest_play_keys - tell a table of malformed keys
 * @guest: the hostile half
 * @rows: the table
 * @nr: its rows
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int guest_play_keys(struct hostile_guest *guest,
		    const struct hostile_keys *rows, size_t nr, u32 count)
{
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < nr && !err; i++)
			err = play_key(guest, &rows[i]);
	err = err ?: guest_reconnect(guest);
	return err ?: guest_good(guest);
}
