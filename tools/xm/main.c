// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm: makes and manages Xen guests. The command table is in verb.c, one verb
 * stands in one file cmd-VERB.c, and what a configuration file means is in
 * config.c.
 */
#include "xm.h"

int main(int argc, char **argv)
{
	return xm_verb_dispatch(argc, argv);
}
