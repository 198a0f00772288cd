/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's first disk, which its bootloader in domain 0 reads before the guest does. */
#ifndef XM_LEND_H
#define XM_LEND_H

#include "xm.h"

/**
 * struct xm_lend - while a guest with a bootloader is made
 * @dc: the guest
 * @console: who else wants to know that the bootloader has begun; NULL: nobody
 * @direct_files: the block backend serves plain files
 * @how: what libxl is to be given in the place of @console
 */
struct xm_lend {
	libxl_domain_config *dc;
	const libxl_asyncprogress_how *console;
	bool direct_files;
	libxl_asyncprogress_how how;
};

const libxl_asyncprogress_how *xm_lend_begin(struct xm_lend *lend, libxl_domain_config *dc,
					     const libxl_asyncprogress_how *console);
void xm_lend_end(const struct xm_lend *lend);

#endif /* XM_LEND_H */
