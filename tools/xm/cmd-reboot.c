// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm reboot: asks guests to reboot (down.c). A guest ends, and its watcher makes it
 * anew, under a new number.
 */
#include "down.h"

int cmd_reboot(int argc, char **argv)
{
	return xm_down(argc, argv, true);
}
