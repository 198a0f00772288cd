// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: what the kernel's own number parsing makes of xenstore values. The
 * user-space tests of keys.c have a stand-in for it; this has the real one.
 */
#include <kunit/test.h>

#include "../../drivers/xen/ring/keys.h"

static const struct xen_key key = {
	.name = "sectors", .type = XEN_KEY_U64, .rule = XEN_KEY_REQUIRED,
	.max = 1000,
};

struct value {
	const char *text;
	int err;
	u64 result;
};

static const struct value values[] = {
	{ "0", 0, 0 },
	{ "1000", 0, 1000 },
	{ "007", 0, 7 },
	{ "12\n", 0, 12 },
	{ NULL, -ENOENT, 0 },
	{ "", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
	{ "ten", -EINVAL, 0 },
	{ "1001", -ERANGE, 0 },
	{ "18446744073709551616", -EINVAL, 0 },
};

static void values_are_read_strictly(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		u64 result = 77;

		KUNIT_EXPECT_EQ_MSG(test, values[i].err,
				    xen_key_parse(&key, values[i].text, &result),
				    "value \"%s\"", values[i].text);
		KUNIT_EXPECT_EQ_MSG(test, values[i].result, result,
				    "value \"%s\"", values[i].text);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(values_are_read_strictly),
	{ }
};

static struct kunit_suite suite = {
	.name = "xenify-keys",
	.test_cases = cases,
};

kunit_test_suite(suite);
