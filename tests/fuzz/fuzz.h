/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fuzz targets share: taking values from the fuzzer's bytes, and ending
 * with a message when something does not hold. libFuzzer keeps the bytes.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct bytes {
	const u8 *at;
	size_t left;
};

/* Zeroes when the bytes have run out. */
static inline void take_bytes(struct bytes *from, void *to, size_t len)
{
	size_t have = len < from->left ? len : from->left;

	memset(to, 0, len);
	if (have)
		memcpy(to, from->at, have);
	from->at += have;
	from->left -= have;
}

static inline u8 take_u8(struct bytes *from)
{
	u8 value;

	take_bytes(from, &value, sizeof(value));
	return value;
}

static inline u32 take_u32(struct bytes *from)
{
	u32 value;

	take_bytes(from, &value, sizeof(value));
	return value;
}

static inline u64 take_u64(struct bytes *from)
{
	u64 value;

	take_bytes(from, &value, sizeof(value));
	return value;
}

#define HOLDS(cond) do {						\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #cond);				\
		abort();						\
	}								\
} while (0)

#endif /* FUZZ_H */
