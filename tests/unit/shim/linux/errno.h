/* SPDX-License-Identifier: GPL-2.0-only */
/* errno values; the C library includes this file, too. */
#ifndef SHIM_LINUX_ERRNO_H
#define SHIM_LINUX_ERRNO_H

#include <asm/errno.h>

#endif /* SHIM_LINUX_ERRNO_H */
