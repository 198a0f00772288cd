/* SPDX-License-Identifier: GPL-2.0-only */
/* Time. */
#ifndef SHIM_LINUX_JIFFIES_H
#define SHIM_LINUX_JIFFIES_H

#define HZ	100

#endif /* SHIM_LINUX_JIFFIES_H */
