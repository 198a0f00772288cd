/* SPDX-License-Identifier: GPL-2.0-only */
/* Grants, as numbers. */
#ifndef SHIM_XEN_GRANT_TABLE_H
#define SHIM_XEN_GRANT_TABLE_H

#include <xen/interface/grant_table.h>

#endif /* SHIM_XEN_GRANT_TABLE_H */
