/* SPDX-License-Identifier: GPL-2.0-only */
/* What lib/kstrtox.c needs of characters. */
#ifndef SHIM_LINUX_CTYPE_H
#define SHIM_LINUX_CTYPE_H

#include <ctype.h>

#define _tolower(c)	((char)((c) | 0x20))

#endif /* SHIM_LINUX_CTYPE_H */
