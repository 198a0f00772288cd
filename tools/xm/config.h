/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's configuration, from the file to libxl's structure. Nothing here
 * needs a running Xen, so "xm create -n" and the unit tests work anywhere.
 */
#ifndef XM_CONFIG_H
#define XM_CONFIG_H

#include <libxlutil.h>
#include <stdbool.h>

#include "cpulist.h"
#include "disk.h"
#include "scan.h"
#include "util.h"

/**
 * struct xm_config - a guest as its file describes it
 * @dc: libxl's form
 * @disks: what was asked for, one for each of @dc.disks
 * @file: the file's name, for messages
 * @report: where messages go
 * @quiet: errors only
 * @failed: an error was reported
 * @antispoof: interfaces drop forged frames unless they say otherwise
 * @node_cpus: tells which CPUs a NUMA node has; NULL where there is no Xen to ask
 * @scan: keys and their lines
 * @xlu: libxlutil's parse of the file
 * @said: what libxlutil reported
 * @said_len: how long that is
 * @said_out: the stream that fills it
 */
struct xm_config {
	libxl_domain_config dc;
	struct xm_disk *disks;
	const char *file;
	FILE *report;
	bool quiet;
	bool failed;
	bool antispoof;
	xm_node_cpus *node_cpus;
	struct xm_scan scan;
	XLU_Config *xlu;
	char *said;
	size_t said_len;
	FILE *said_out;
};

void xm_config_init(struct xm_config *cfg, const char *file, FILE *report);
int xm_config_read(struct xm_config *cfg, const char *text, char **args,
		   int nargs);
void xm_config_place(struct xm_config *cfg, bool direct_files);
void xm_config_free(struct xm_config *cfg);

/* For the files that read parts of it. */
void xm_config_warn(struct xm_config *cfg, const char *key, const char *fmt,
		    ...) XM_PRINTF(3, 4);
void xm_config_error(struct xm_config *cfg, const char *key, const char *fmt,
		     ...) XM_PRINTF(3, 4);
const char *xm_config_string(struct xm_config *cfg, const char *key);
bool xm_config_long(struct xm_config *cfg, const char *key, long min, long max,
		    long *value);
bool xm_config_has(struct xm_config *cfg, const char *key);
void xm_config_pin(struct xm_config *cfg, const char *key, int vcpu,
		   const char *list);
libxl_device_nic *xm_config_add_nic(struct xm_config *cfg);

/* devices.c */
int xm_config_number(struct xm_config *cfg, const char *host);

/* classic-net.c */
char *xm_classic_words(struct xm_config *cfg);
void xm_classic_net_key(struct xm_config *cfg, const char *key);

/* hvm.c */
void xm_hvm_check(struct xm_config *cfg);
void xm_hvm_nic(struct xm_config *cfg, libxl_device_nic *nic);
void xm_hvm_classic_key(struct xm_config *cfg, const char *key, const char *value);

/* classic.c */
void xm_classic_key(struct xm_config *cfg, const char *key);

/* place.c */
int xm_disk_read(const char *spec, struct xm_disk *asked,
		 libxl_device_disk *dev, char **error);
void xm_disk_place(const struct xm_disk *asked, libxl_device_disk *dev,
		   bool direct_files, bool bootloader);
void xm_disk_unplace(libxl_device_disk *dev);
const char *xm_disk_path(const libxl_device_disk *dev, bool *shared);

/* print.c */
char *xm_config_text(const libxl_domain_config *dc);

/* fields.c */
const char *xm_action_name(libxl_action_on_shutdown action);

#endif /* XM_CONFIG_H */
