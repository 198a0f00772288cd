/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The buttons of a guest's board. */
#ifndef XM_BUTTON_H
#define XM_BUTTON_H

#include "xm.h"

int xm_button_press(struct xm_host *host, uint32_t domid, libxl_trigger button, uint32_t vcpu);

#endif /* XM_BUTTON_H */
