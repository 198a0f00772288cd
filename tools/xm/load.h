/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's configuration, from a file and a command line. */
#ifndef XM_LOAD_H
#define XM_LOAD_H

#include "config.h"

/**
 * struct xm_load - a configuration that was read
 * @cfg: what stands in it
 * @path: the file
 */
struct xm_load {
	struct xm_config cfg;
	char *path;
};

int xm_load(struct xm_load *load, char **argv, int argc, bool quiet, bool serve);
void xm_load_free(struct xm_load *load);

#endif /* XM_LOAD_H */
