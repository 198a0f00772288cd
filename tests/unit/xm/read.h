/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration file that is a string: what became of it, and what was said. */
#ifndef READ_H
#define READ_H

#include "config.h"

/* Enough for a guest; the line under test follows on line 3. */
#define MINIMAL "name='g'\nkernel='/k'; memory=64\n"

/* What was read last. @text is the test's, and freed with the rest. */
extern struct xm_config cfg;
extern char *said, *text;

bool read_config(const char *file, char **args, int nargs);
void forget(void);
/* To see in @said what was reported since. */
void hear(void);

#endif /* READ_H */
