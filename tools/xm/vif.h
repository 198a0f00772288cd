/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interface specifications: "mac=...,bridge=...". */
#ifndef XM_VIF_H
#define XM_VIF_H

#include <libxlutil.h>
#include <stdbool.h>

/*
 * The hotplug program that drops forged frames. Alone it goes with the host's
 * preset script, with "-bridge", "-route" or "-nat" behind it with that one.
 */
#define XM_ANTISPOOF "vif-antispoof"

#define XM_SCRIPTS "/etc/xen/scripts/"

int xm_vif_parse(XLU_Config *xlu, libxl_device_nic *nic, const char *spec,
		 char **error, char **ignored);
char *xm_vif_guarded(const char *script, char **error);
bool xm_vif_is_guarded(const libxl_device_nic *nic);
const char *xm_vif_script(const libxl_device_nic *nic);

#endif /* XM_VIF_H */
