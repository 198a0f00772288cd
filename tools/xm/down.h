/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that are to end: shutdown and reboot. */
#ifndef XM_DOWN_H
#define XM_DOWN_H

#include "xm.h"

int xm_down(int argc, char **argv, bool reboot);

#endif /* XM_DOWN_H */
