/* SPDX-License-Identifier: GPL-2.0-only */
/* What no other header here has. */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <limits.h>
#include <stdio.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif /* SHIM_LINUX_KERNEL_H */
