/* SPDX-License-Identifier: GPL-2.0-only */
/* Sleep, which takes no time: see shim.h for how long it would have been. */
#ifndef SHIM_LINUX_DELAY_H
#define SHIM_LINUX_DELAY_H

void msleep(unsigned int ms);

#endif /* SHIM_LINUX_DELAY_H */
