// SPDX-License-Identifier: GPL-2.0-or-later
/* xm shutdown: asks guests to shut down, or with -R to reboot (down.c). */
#include "down.h"

int cmd_shutdown(int argc, char **argv)
{
	return xm_down(argc, argv, false);
}
