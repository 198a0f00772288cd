/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xenstore nodes that are not what they have to be, as rows of tables. Floor
 * F6, a test.
 */
#ifndef XENIFY_HOSTILE_KEYS_H
#define XENIFY_HOSTILE_KEYS_H

#include <linux/types.h>

/**
 * enum hostile_value - values that are no text of a table's
 * @VALUE_TEXT: one that is
 * @VALUE_NONE: the node is removed
 * @VALUE_LONG: very long
 * @VALUE_RING: the grant of a frontend's ring
 * @VALUE_REVOKED: a grant that is no more
 * @VALUE_FOREIGN: a grant of another domain
 * @VALUE_READONLY: the grant of a page that cannot be written
 * @VALUE_PORT: the frontend's event channel
 * @VALUE_FOREIGN_PORT: one that another domain could bind
 *
 * From @VALUE_RING on they are a frontend's numbers.
 */
enum hostile_value {
	VALUE_TEXT,
	VALUE_NONE,
	VALUE_LONG,
	VALUE_RING,
	VALUE_REVOKED,
	VALUE_FOREIGN,
	VALUE_READONLY,
	VALUE_PORT,
	VALUE_FOREIGN_PORT,
};

/**
 * struct hostile_node - a node and what it is made
 * @name: of the node; NULL ends a list
 * @text: its value
 * @value: or what else it is
 */
struct hostile_node {
	const char *name;
	const char *text;
	enum hostile_value value;
};

#define HOSTILE_NODES	8

/**
 * struct hostile_keys - a row: nodes that are not what they have to be
 * @name: of the row
 * @connects: the other end goes on without, or with less
 * @nodes: the nodes
 */
struct hostile_keys {
	const char *name;
	bool connects;
	struct hostile_node nodes[HOSTILE_NODES];
};

#define REFUSED(_name, _node, _text) \
	{ _name, false, { { _node, _text } } }
#define HARMLESS(_name, _node, _text) \
	{ _name, true, { { _node, _text } } }
#define SPECIAL(_name, _connects, _node, _value) \
	{ _name, _connects, { { _node, NULL, VALUE_##_value } } }

/* A number in a required node: everything that is none, and is too large. */
#define NO_NUMBERS(_node)						\
	SPECIAL(_node "-none", false, _node, NONE),			\
	SPECIAL(_node "-long", false, _node, LONG),			\
	REFUSED(_node "-empty", _node, ""),				\
	REFUSED(_node "-word", _node, "ring"),				\
	REFUSED(_node "-negative", _node, "-1"),			\
	REFUSED(_node "-hex", _node, "0x8"),				\
	REFUSED(_node "-space", _node, " 8"),				\
	REFUSED(_node "-2^32-1", _node, "4294967295"),			\
	REFUSED(_node "-2^32", _node, "4294967296"),			\
	REFUSED(_node "-2^64", _node, "18446744073709551616")

int hostile_node_write(const char *dir, const struct hostile_node *node);

#endif /* XENIFY_HOSTILE_KEYS_H */
