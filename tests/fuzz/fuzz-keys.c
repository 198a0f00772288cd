// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the text of a xenstore node (drivers/xen/ring/keys.c).
 *
 * Holds: only the key's own member is written; it is in the table's range or
 * the fallback; what is accepted as a number begins with a digit.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/keys.h"
#include "fuzz.h"

struct values {
	u64 before;
	union {
		u32 number;
		u64 big;
		bool flag;
		char text[XEN_KEY_TEXT_MAX];
	} value;
	u64 after;
};

#define MARK	0x5a5a5a5a5a5a5a5aULL

static u64 member(const struct xen_key *key, const struct values *values)
{
	switch (key->type) {
	case XEN_KEY_U32:
		return values->value.number;
	case XEN_KEY_U64:
		return values->value.big;
	default:
		return values->value.flag;
	}
}

static void check_number(const struct xen_key *key, const struct values *values,
			 const char *text, int err)
{
	u64 value = member(key, values);

	if (err || !text) {
		HOLDS(value == key->fallback);
		return;
	}
	HOLDS(text[0] >= '0' && text[0] <= '9');
	if (key->type != XEN_KEY_BOOL)
		HOLDS(value >= key->min && (!key->max || value <= key->max));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes input = { data, size };
	struct values values = { .before = MARK, .after = MARK };
	u8 how = take_u8(&input);
	struct xen_key key = {
		.name = "node", .type = how & 3,
		.rule = how & 4 ? XEN_KEY_REQUIRED : XEN_KEY_OPTIONAL,
		.offset = offsetof(struct values, value),
	};
	char *text = NULL;
	int err;

	if (how & 8) {
		key.min = take_u8(&input);
		key.max = key.min + take_u32(&input) % 10000;
	}
	if (key.type == XEN_KEY_BOOL)
		key.max = 0;
	else if (key.type != XEN_KEY_TEXT)
		key.fallback = key.min;
	/* To the byte, so that a read behind it is seen. */
	if (!(how & 16)) {
		text = malloc(input.left + 1);
		memcpy(text, input.at, input.left);
		text[input.left] = '\0';
	}
	memset(&values.value, 0x5a, sizeof(values.value));
	err = xen_key_parse(&key, text, &values);

	HOLDS(values.before == MARK && values.after == MARK);
	HOLDS(err == 0 || err == -EINVAL || err == -ERANGE || err == -ENOENT);
	HOLDS(text || err == (key.rule == XEN_KEY_REQUIRED ? -ENOENT : 0));
	if (key.type == XEN_KEY_TEXT)
		HOLDS(!strcmp(values.value.text, err || !text ? "" : text));
	else
		check_number(&key, &values, text, err);
	free(text);
	return 0;
}
