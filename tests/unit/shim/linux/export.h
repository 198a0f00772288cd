/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing is exported in user space. */
#ifndef SHIM_LINUX_EXPORT_H
#define SHIM_LINUX_EXPORT_H

#define EXPORT_SYMBOL(symbol)		_Static_assert(1, "")
#define EXPORT_SYMBOL_GPL(symbol)	_Static_assert(1, "")

#endif /* SHIM_LINUX_EXPORT_H */
