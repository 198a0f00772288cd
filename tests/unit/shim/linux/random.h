/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that are not the same twice. */
#ifndef SHIM_LINUX_RANDOM_H
#define SHIM_LINUX_RANDOM_H

#include <linux/types.h>

static inline u64 get_random_u64(void)
{
	static u64 number = 0x0123456789abcdefULL;

	return number++;
}

#endif /* SHIM_LINUX_RANDOM_H */
