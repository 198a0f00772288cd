/* SPDX-License-Identifier: GPL-2.0-only */
/* Grants, as numbers. */
#ifndef SHIM_XEN_GRANT_TABLE_H
#define SHIM_XEN_GRANT_TABLE_H

#include <xen/interface/grant_table.h>

#define INVALID_GRANT_REF ((grant_ref_t)-1)

int gnttab_try_end_foreign_access(grant_ref_t ref);

#endif /* SHIM_XEN_GRANT_TABLE_H */
