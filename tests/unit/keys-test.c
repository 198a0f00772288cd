// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xenstore keys: drivers/xen/ring/keys.c, on a xenstore in memory. Text is
 * turned into numbers by the kernel's own kstrtou64().
 */
#include <string.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/semaphore.h>

#include "../../drivers/xen/ring/keys.h"
#include "shim/shim.h"
#include "test.h"

#define DIR	"device/vbd/51712"

struct values {
	u32 before;
	u32 number;
	u32 between;
	u64 big;
	bool flag;
	char text[XEN_KEY_TEXT_MAX];
	u32 after;
};

#define KEY(_type, _rule, _member, ...) {				\
	.name = #_member, .type = XEN_KEY_##_type,			\
	.rule = XEN_KEY_##_rule,					\
	.offset = offsetof(struct values, _member), ##__VA_ARGS__ }

static struct values values;
static struct xenbus_device device = { .nodename = DIR, .otherend = DIR };

static int parse(const struct xen_key *key, const char *text)
{
	memset(&values, 0x5a, sizeof(values));
	return xen_key_parse(key, text, &values);
}

/* Nothing but its own member was written. */
static void check_neighbours(void)
{
	CHECK_EQ(values.before, 0x5a5a5a5a);
	CHECK_EQ(values.between, 0x5a5a5a5a);
	CHECK_EQ(values.after, 0x5a5a5a5a);
}

static const struct xen_key number_needed = KEY(U32, REQUIRED, number);
static const struct xen_key number_offered =
	KEY(U32, OPTIONAL, number, .fallback = 7, .min = 2, .max = 10);
static const struct xen_key big_needed = KEY(U64, REQUIRED, big);
static const struct xen_key flag = KEY(BOOL, OPTIONAL, flag);
static const struct xen_key text = KEY(TEXT, OPTIONAL, text);

TEST(decimal_numbers_are_read)
{
	static const struct {
		const char *text;
		u32 value;
	} rows[] = {
		{ "0", 0 }, { "1", 1 }, { "512", 512 }, { "007", 7 },
		{ "4294967295", U32_MAX }, { "00000000000000000000000001", 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK_EQ(parse(&number_needed, rows[i].text), 0);
		CHECK_EQ(values.number, rows[i].value);
		check_neighbours();
	}
}

/* So does the kernel read what a person has echoed into a file. */
TEST(one_newline_at_the_end_is_part_of_a_number)
{
	CHECK_EQ(parse(&number_needed, "12\n"), 0);
	CHECK_EQ(values.number, 12);
	CHECK_EQ(parse(&number_needed, "12\n\n"), -EINVAL);
	CHECK_EQ(parse(&number_needed, "\n"), -EINVAL);
	CHECK_EQ(parse(&number_needed, "12\r\n"), -EINVAL);
}

TEST(what_is_not_a_decimal_number_is_refused)
{
	static const char * const texts[] = {
		"", " ", " 1", "1 ", "\t1", "+1", "-1", "-0", "+", "-", "0x10",
		"0X10", "1e3", "1.0", "1,0", "ten", "1a", "a1", "0b1", "1_000",
		"\xff", "1\x80", "\xd9\xa1", "%u", "/", ":", "NaN", "true",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		if (parse(&number_needed, texts[i]) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" is %u", texts[i],
				  values.number);
		CHECK_EQ(values.number, 0);
		CHECK_EQ(parse(&number_offered, texts[i]), -EINVAL);
		CHECK_EQ(values.number, 7);
		check_neighbours();
	}
}

TEST(a_number_too_large_for_its_member_is_not_cut)
{
	CHECK_EQ(parse(&number_needed, "4294967296"), -ERANGE);
	CHECK_EQ(values.number, 0);
	CHECK_EQ(parse(&number_needed, "18446744073709551615"), -ERANGE);
	CHECK_EQ(values.number, 0);
	CHECK_EQ(parse(&big_needed, "18446744073709551615"), 0);
	CHECK(values.big == U64_MAX);
	check_neighbours();
}

TEST(a_number_beyond_64_bits_is_refused)
{
	CHECK(parse(&big_needed, "18446744073709551616") < 0);
	CHECK(values.big == 0);
	CHECK(parse(&big_needed, "99999999999999999999999999999999999") < 0);
	CHECK(values.big == 0);
}

TEST(two_kilobytes_of_text_are_refused_or_a_number)
{
	char long_text[2049];

	memset(long_text, '9', sizeof(long_text));
	long_text[2048] = '\0';
	CHECK(parse(&number_needed, long_text) < 0);
	CHECK_EQ(values.number, 0);
	memset(long_text, '0', 2047);
	CHECK_EQ(parse(&number_needed, long_text), 0);
	CHECK_EQ(values.number, 9);
	memset(long_text, 'x', 2048);
	CHECK_EQ(parse(&number_needed, long_text), -EINVAL);
	CHECK_EQ(parse(&text, long_text), -ERANGE);
	CHECK_TEXT(values.text, "");
	check_neighbours();
}

TEST(an_offer_above_the_maximum_is_taken_as_the_maximum)
{
	CHECK_EQ(parse(&number_offered, "10"), 0);
	CHECK_EQ(values.number, 10);
	CHECK_EQ(parse(&number_offered, "11"), 0);
	CHECK_EQ(values.number, 10);
	CHECK_EQ(parse(&number_offered, "4294967296"), 0);
	CHECK_EQ(values.number, 10);
	CHECK_EQ(parse(&number_offered, "18446744073709551615"), 0);
	CHECK_EQ(values.number, 10);
}

TEST(an_offer_below_the_minimum_gives_the_fallback)
{
	CHECK_EQ(parse(&number_offered, "2"), 0);
	CHECK_EQ(values.number, 2);
	CHECK_EQ(parse(&number_offered, "1"), -ERANGE);
	CHECK_EQ(values.number, 7);
	CHECK_EQ(parse(&number_offered, "0"), -ERANGE);
	CHECK_EQ(values.number, 7);
}

TEST(a_required_number_out_of_range_is_never_clamped)
{
	static const struct xen_key key =
		KEY(U32, REQUIRED, number, .min = 512, .max = 4096);

	CHECK_EQ(parse(&key, "512"), 0);
	CHECK_EQ(parse(&key, "4096"), 0);
	CHECK_EQ(parse(&key, "511"), -ERANGE);
	CHECK_EQ(parse(&key, "4097"), -ERANGE);
	CHECK_EQ(parse(&key, NULL), -ENOENT);
}

TEST(a_missing_key_is_its_fallback_or_an_error)
{
	CHECK_EQ(parse(&number_offered, NULL), 0);
	CHECK_EQ(values.number, 7);
	CHECK_EQ(parse(&number_needed, NULL), -ENOENT);
	CHECK_EQ(values.number, 0);
	CHECK_EQ(parse(&flag, NULL), 0);
	CHECK_EQ(values.flag, 0);
	CHECK_EQ(parse(&text, NULL), 0);
	CHECK_TEXT(values.text, "");
}

TEST(a_flag_is_any_number_but_zero)
{
	CHECK_EQ(parse(&flag, "0"), 0);
	CHECK_EQ(values.flag, 0);
	CHECK_EQ(parse(&flag, "1"), 0);
	CHECK_EQ(values.flag, 1);
	CHECK_EQ(parse(&flag, "256"), 0);
	CHECK_EQ(values.flag, 1);
	CHECK_EQ(parse(&flag, "4294967296"), 0);
	CHECK_EQ(values.flag, 1);
	CHECK_EQ(parse(&flag, "yes"), -EINVAL);
	CHECK_EQ(values.flag, 0);
	check_neighbours();
}

TEST(text_fits_with_its_terminator_or_is_refused)
{
	char just[XEN_KEY_TEXT_MAX + 1];

	memset(just, 'x', sizeof(just));
	just[XEN_KEY_TEXT_MAX - 1] = '\0';
	CHECK_EQ(parse(&text, just), 0);
	CHECK_TEXT(values.text, just);
	check_neighbours();
	just[XEN_KEY_TEXT_MAX - 1] = 'x';
	just[XEN_KEY_TEXT_MAX] = '\0';
	CHECK_EQ(parse(&text, just), -ERANGE);
	CHECK_TEXT(values.text, "");
	CHECK_EQ(parse(&text, ""), 0);
	CHECK_TEXT(values.text, "");
	check_neighbours();
}

static const struct xen_key table[] = {
	KEY(U32, OPTIONAL, number, .fallback = 3, .max = 9),
	KEY(U64, REQUIRED, big, .min = 1),
	KEY(BOOL, OPTIONAL, flag),
	KEY(TEXT, OPTIONAL, text),
};

static int read_table(void)
{
	memset(&values, 0x5a, sizeof(values));
	return xen_keys_read(&device, DIR, table, ARRAY_SIZE(table), &values);
}

TEST(a_table_is_read_into_a_struct)
{
	shim_reset();
	shim_store_write(DIR, "number", "4");
	shim_store_write(DIR, "big", "99999999999");
	shim_store_write(DIR, "flag", "1");
	shim_store_write(DIR, "text", "x86_64-abi");
	CHECK_EQ(read_table(), 0);
	CHECK_EQ(values.number, 4);
	CHECK(values.big == 99999999999ULL);
	CHECK_EQ(values.flag, 1);
	CHECK_TEXT(values.text, "x86_64-abi");
	CHECK_EQ(shim_seen.errors, 0);
	CHECK_EQ(device.dev.warnings, 0);
	check_neighbours();
}

TEST(a_required_key_that_is_missing_or_bad_is_reported_by_name)
{
	shim_reset();
	CHECK_EQ(read_table(), -ENOENT);
	CHECK_EQ(shim_seen.errors, 1);
	CHECK(strstr(shim_seen.error, DIR "/big"));
	shim_store_write(DIR, "big", "0");
	CHECK_EQ(read_table(), -ERANGE);
	shim_store_write(DIR, "big", "many");
	CHECK_EQ(read_table(), -EINVAL);
	CHECK_EQ(shim_seen.errors, 3);
}

TEST(a_bad_optional_key_is_a_warning_by_name_and_the_fallback)
{
	shim_reset();
	shim_store_write(DIR, "big", "1");
	shim_store_write(DIR, "number", "-4");
	CHECK_EQ(read_table(), 0);
	CHECK_EQ(values.number, 3);
	CHECK_EQ(shim_seen.errors, 0);
	CHECK_EQ(device.dev.warnings, 1);
	CHECK(strstr(shim_seen.error, DIR "/number"));
}

TEST(an_error_of_xenstore_is_not_taken_for_a_missing_key)
{
	shim_reset();
	shim_store_write(DIR, "big", "1");
	shim_faults.read = -EIO;
	CHECK_EQ(read_table(), -EIO);
	CHECK_EQ(shim_seen.errors, 1);
}

static struct values source = {
	.number = U32_MAX, .big = U64_MAX, .flag = true, .text = "a b",
};

static int write_table(struct xenbus_transaction xbt, void *owner)
{
	if (owner)
		(*(int *)owner)++;
	return xen_keys_write(xbt, DIR, table, ARRAY_SIZE(table), &source);
}

TEST(what_is_written_is_read_back_the_same)
{
	static const struct xen_key all[] = {
		KEY(U32, REQUIRED, number), KEY(U64, REQUIRED, big),
		KEY(BOOL, REQUIRED, flag), KEY(TEXT, REQUIRED, text),
	};

	shim_reset();
	CHECK_EQ(write_table(XBT_NIL, NULL), 0);
	CHECK_TEXT(shim_store_text(DIR, "number"), "4294967295");
	CHECK_TEXT(shim_store_text(DIR, "big"), "18446744073709551615");
	CHECK_TEXT(shim_store_text(DIR, "flag"), "1");
	memset(&values, 0, sizeof(values));
	CHECK_EQ(xen_keys_read(&device, DIR, all, ARRAY_SIZE(all), &values), 0);
	CHECK(!memcmp(&values, &source, sizeof(values)));
}

TEST(a_write_that_fails_ends_the_table)
{
	shim_reset();
	shim_faults.write = -ENOSPC;
	shim_faults.writes = 2;
	CHECK_EQ(write_table(XBT_NIL, NULL), -ENOSPC);
	CHECK_EQ(shim_store_count(), 2);
}

TEST(keys_are_published_all_at_once)
{
	int calls = 0;

	shim_reset();
	CHECK_EQ(xen_keys_publish(&device, write_table, &calls), 0);
	CHECK_EQ(calls, 1);
	CHECK_EQ(shim_store_count(), ARRAY_SIZE(table));
	CHECK_EQ(shim_seen.transactions, 0);
	CHECK_EQ(shim_seen.commits, 1);
	CHECK_EQ(shim_seen.errors, 0);
}

TEST(a_collision_repeats_the_whole_transaction)
{
	int calls = 0;

	shim_reset();
	shim_faults.collisions = 5;
	CHECK_EQ(xen_keys_publish(&device, write_table, &calls), 0);
	CHECK_EQ(calls, 6);
	CHECK_EQ(shim_seen.transactions, 0);
	CHECK_EQ(shim_seen.commits, 1);
}

TEST(collisions_without_end_are_an_error_in_the_end)
{
	int calls = 0;

	shim_reset();
	shim_faults.collisions = -1;
	CHECK_EQ(xen_keys_publish(&device, write_table, &calls), -EIO);
	CHECK(calls > 1 && calls < 1000);
	CHECK_EQ(shim_store_count(), 0);
	CHECK_EQ(shim_seen.transactions, 0);
	CHECK_EQ(shim_seen.errors, 1);
}

TEST(a_writer_that_fails_leaves_nothing_behind)
{
	shim_reset();
	shim_faults.write = -EACCES;
	shim_faults.writes = 3;
	CHECK_EQ(xen_keys_publish(&device, write_table, NULL), -EACCES);
	CHECK_EQ(shim_store_count(), 0);
	CHECK_EQ(shim_seen.transactions, 0);
	CHECK_EQ(shim_seen.aborts, 1);
	CHECK_EQ(shim_seen.errors, 1);
}

/* A writer's own -EAGAIN is no collision: trying again is not its wish. */
static int not_yet(struct xenbus_transaction xbt, void *owner)
{
	(*(int *)owner)++;
	return -EAGAIN;
}

TEST(a_writer_that_says_eagain_is_asked_once)
{
	int calls = 0;

	shim_reset();
	CHECK_EQ(xen_keys_publish(&device, not_yet, &calls), -EAGAIN);
	CHECK_EQ(calls, 1);
	CHECK_EQ(shim_seen.transactions, 0);
	CHECK_EQ(shim_seen.aborts, 1);
}

TEST(a_transaction_that_does_not_start_is_an_error)
{
	int calls = 0;

	shim_reset();
	shim_faults.transaction_start = -ENOMEM;
	CHECK_EQ(xen_keys_publish(&device, write_table, &calls), -ENOMEM);
	CHECK_EQ(calls, 0);
	CHECK_EQ(shim_seen.errors, 1);
}

static int held;

static int write_and_look(struct xenbus_transaction xbt, void *owner)
{
	held = shim_permits;
	return write_table(xbt, owner);
}

/* Xenstore lets a domain have so many at once, and each device may want one. */
TEST(a_transaction_is_one_of_so_many_that_are_open_at_once)
{
	int i, calls = 0;

	shim_reset();
	shim_faults.collisions = 5;
	CHECK_EQ(xen_keys_publish(&device, write_and_look, &calls), 0);
	CHECK_EQ(held, 1);
	/* However it ends. */
	for (i = 0; i < 20; i++) {
		shim_faults.transaction_start = -ENOSPC;
		CHECK_EQ(xen_keys_publish(&device, write_and_look, &calls), -ENOSPC);
		shim_faults.transaction_start = 0;
		CHECK_EQ(xen_keys_publish(&device, not_yet, &calls), -EAGAIN);
		CHECK_EQ(shim_permits, 0);
	}
}

TEST(so_is_that_which_says_our_state)
{
	shim_reset();
	device.state = XenbusStateInitialising;
	xen_keys_switch_state(&device, XenbusStateConnected);
	CHECK_EQ(shim_seen.switches, 1);
	CHECK_EQ(shim_seen.switch_permits, 1);
	CHECK_EQ(shim_permits, 0);
	CHECK_EQ(device.state, XenbusStateConnected);
}
