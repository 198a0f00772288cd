/* SPDX-License-Identifier: GPL-2.0-only */
/* What lib/kstrtox.c needs of division. */
#ifndef SHIM_LINUX_MATH64_H
#define SHIM_LINUX_MATH64_H

#include <linux/types.h>

#define div_u64(dividend, divisor)	((dividend) / (divisor))

#endif /* SHIM_LINUX_MATH64_H */
