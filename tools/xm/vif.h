/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interface specifications: "mac=...,bridge=...". */
#ifndef XM_VIF_H
#define XM_VIF_H

#include <libxlutil.h>

int xm_vif_parse(XLU_Config *xlu, libxl_device_nic *nic, const char *spec,
		 char **error);

#endif /* XM_VIF_H */
