/* SPDX-License-Identifier: GPL-2.0-only */
/* min(), max() and clamp(). */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#define min(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define clamp(value, low, high)		min(max(value, low), high)

#endif /* SHIM_LINUX_MINMAX_H */
