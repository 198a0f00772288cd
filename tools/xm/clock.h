/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A clock that nobody sets.
 */
#ifndef XM_CLOCK_H
#define XM_CLOCK_H

long xm_clock(void);

#endif /* XM_CLOCK_H */
