/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration keys that xm reads: one table, from which a file is read,
 * what was read is printed, and unknown keys are told from known ones.
 */
#ifndef XM_FIELDS_H
#define XM_FIELDS_H

#include "config.h"

/**
 * struct xm_field - a key of a configuration file
 * @name: the key
 * @read: takes it over; called whether the file has it or not; NULL: the reader
 *        of a key above does it
 * @print: writes the line that reads back to the same; NULL: the printer of
 *         another key does it
 * @offset: where it stands in libxl_domain_config
 * @min: of a number
 * @max: of a number
 * @preset: a number, or an action, that stands for "not set"
 * @hvm: of HVM guests only: others have nothing at @offset
 */
struct xm_field {
	const char *name;
	void (*read)(struct xm_config *cfg, const struct xm_field *f);
	void (*print)(FILE *out, const libxl_domain_config *dc,
		      const struct xm_field *f);
	size_t offset;
	long min, max, preset;
	bool hvm;
};

extern const struct xm_field xm_fields[];
extern const size_t xm_field_count;

/* Whether guests of this type have the key. */
bool xm_field_is_of(const struct xm_field *f, libxl_domain_type type);

/* cpus.c */
void xm_vcpus_read(struct xm_config *cfg, const struct xm_field *f);
void xm_vcpus_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f);
void xm_maxvcpus_print(FILE *out, const libxl_domain_config *dc,
		       const struct xm_field *f);
void xm_cpus_read(struct xm_config *cfg, const struct xm_field *f);
void xm_cpus_print(FILE *out, const libxl_domain_config *dc,
		   const struct xm_field *f);

/* boot.c */
void xm_kernel_read(struct xm_config *cfg, const struct xm_field *f);
void xm_cmdline_read(struct xm_config *cfg, const struct xm_field *f);
void xm_words_read(struct xm_config *cfg, const struct xm_field *f);
void xm_words_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f);

/* hvm.c */
void xm_boot_read(struct xm_config *cfg, const struct xm_field *f);
void xm_stdvga_read(struct xm_config *cfg, const struct xm_field *f);
void xm_choice_read(struct xm_config *cfg, const struct xm_field *f);
void xm_choice_print(FILE *out, const libxl_domain_config *dc,
		     const struct xm_field *f);

/* devices.c */
void xm_antispoof_read(struct xm_config *cfg, const struct xm_field *f);
void xm_disks_read(struct xm_config *cfg, const struct xm_field *f);
void xm_vifs_read(struct xm_config *cfg, const struct xm_field *f);

/* print.c */
void xm_put_string(FILE *out, const char *key, const char *value);
void xm_put_number(FILE *out, const char *key, long value);
void xm_disks_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f);
void xm_vifs_print(FILE *out, const libxl_domain_config *dc,
		   const struct xm_field *f);

#endif /* XM_FIELDS_H */
