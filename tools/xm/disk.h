/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a disk specification says, before libxl sees it. Needs no libxl.
 */
#ifndef XM_DISK_H
#define XM_DISK_H

#include <stdbool.h>

/* Who reads the specification. */
enum xm_disk_form {
	XM_DISK_PHY,	/* phy:DEVICE,VDEV,MODE: a block device */
	XM_DISK_FILE,	/* file:PATH,VDEV,MODE: a regular file */
	XM_DISK_XL,	/* today's form: libxlutil reads @spec */
};

/**
 * struct xm_disk - one disk as it was asked for
 * @form: which of the fields below count
 * @path: absolute path of the device or file (PHY, FILE)
 * @vdev: the guest's name for it (PHY, FILE)
 * @spec: what libxlutil is to read (XL), with any '!' taken out
 * @backend: the domain that serves it (PHY, FILE); NULL: domain 0
 * @write: the guest may write (PHY, FILE)
 * @shared: others may write at the same time: the mode had a '!'
 * @cached: through Dom0's page cache: file-cached:
 */
struct xm_disk {
	enum xm_disk_form form;
	char *path;
	char *vdev;
	char *spec;
	char *backend;
	bool write;
	bool shared;
	bool cached;
};

int xm_disk_parse(struct xm_disk *disk, const char *spec, char **error);
bool xm_disk_is_vdev(const char *vdev);
void xm_disk_free(struct xm_disk *disk);
const char *xm_disk_target(const char *target, bool *cached, bool *shared);

#endif /* XM_DISK_H */
