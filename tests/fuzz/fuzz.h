/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fuzz targets of the drivers share: taking values from the fuzzer's bytes.
 * libFuzzer keeps those.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/types.h>

#include "holds.h"

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

#endif /* FUZZ_H */
