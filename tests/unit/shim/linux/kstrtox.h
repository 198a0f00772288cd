/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers from text: the kernel's lib/kstrtox.c itself is linked. */
#ifndef SHIM_LINUX_KSTRTOX_H
#define SHIM_LINUX_KSTRTOX_H

#include <linux/types.h>

int kstrtoull(const char *text, unsigned int base, unsigned long long *value);

static inline int kstrtou64(const char *text, unsigned int base, u64 *value)
{
	return kstrtoull(text, base, value);
}

#endif /* SHIM_LINUX_KSTRTOX_H */
