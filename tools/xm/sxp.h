/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains as S-expressions, as "xm list -l" has always printed them. */
#ifndef XM_SXP_H
#define XM_SXP_H

#include "xm.h"

void xm_sxp_domain(FILE *out, const libxl_dominfo *info, const char *name,
		   const char *state, const libxl_domain_config *dc);

#endif /* XM_SXP_H */
