// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest's virtual CPUs, and on which physical ones each may run: the keys
 * vcpus, maxvcpus and cpus. Called by the table in fields.c, and by classic.c;
 * makes no call that needs Xen.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "cpulist.h"
#include "fields.h"

void xm_vcpus_read(struct xm_config *cfg, const struct xm_field *f)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long vcpus = 1, most;

	if (!xm_config_long(cfg, f->name, 1, 512, &vcpus))
		xm_config_long(cfg, "maxvcpus", 1, 512, &vcpus);
	most = vcpus;
	xm_config_long(cfg, "maxvcpus", vcpus, 512, &most);
	b->max_vcpus = most;
	xm_bitmap_alloc(&b->avail_vcpus, most);
	for (int i = 0; i < vcpus; i++)
		libxl_bitmap_set(&b->avail_vcpus, i);
}

void xm_vcpus_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f)
{
	xm_put_number(out, f->name,
		      libxl_bitmap_count_set(&dc->b_info.avail_vcpus));
}

void xm_maxvcpus_print(FILE *out, const libxl_domain_config *dc,
		       const struct xm_field *f)
{
	const libxl_domain_build_info *b = &dc->b_info;

	if (b->max_vcpus != libxl_bitmap_count_set(&b->avail_vcpus))
		xm_put_number(out, f->name, b->max_vcpus);
}

/**
 * xm_config_pin() - let a virtual CPU run on some physical CPUs only
 * @cfg: the guest; its number of virtual CPUs is known
 * @key: where the list comes from, for the message
 * @vcpu: which virtual CPU
 * @list: physical CPUs, as in "0-3,^2"
 */
void xm_config_pin(struct xm_config *cfg, const char *key, int vcpu,
		   const char *list)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;

	if (vcpu >= b->max_vcpus)
		return;
	while (b->num_vcpu_hard_affinity <= vcpu) {
		b->vcpu_hard_affinity =
			xm_grow(b->vcpu_hard_affinity,
				b->num_vcpu_hard_affinity,
				sizeof(*b->vcpu_hard_affinity));
		b->num_vcpu_hard_affinity++;
	}
	if (xm_cpulist_parse(&b->vcpu_hard_affinity[vcpu], list,
			     cfg->node_cpus))
		xm_config_error(cfg, key, "'%s' is not a list of CPUs like \"0-3,5,^1\"%s",
				list, strstr(list, "node") ?
				", or there is no such node on this host" : "");
	libxl_defbool_set(&b->numa_placement, false);
}

void xm_cpus_read(struct xm_config *cfg, const struct xm_field *f)
{
	XLU_ConfigList *list;
	const char *value;
	int n;

	if (!xm_config_has(cfg, f->name))
		return;
	if (!xlu_cfg_get_list(cfg->xlu, f->name, &list, &n, 1)) {
		for (int i = 0; i < n; i++) {
			value = xlu_cfg_get_listitem(list, i);
			xm_config_pin(cfg, f->name, i, value ? value : "");
		}
		return;
	}
	value = xm_config_string(cfg, f->name);
	/* Any CPU, in today's words and in classic xm's. */
	if (!value || !*value || !strcmp(value, "all"))
		return;
	for (int i = 0; i < cfg->dc.b_info.max_vcpus; i++)
		xm_config_pin(cfg, f->name, i, value);
}

void xm_cpus_print(FILE *out, const libxl_domain_config *dc,
		   const struct xm_field *f)
{
	const libxl_domain_build_info *b = &dc->b_info;
	char *list;

	if (!b->num_vcpu_hard_affinity)
		return;
	fprintf(out, "%s = [", f->name);
	for (int i = 0; i < b->num_vcpu_hard_affinity; i++) {
		list = xm_cpulist_format(&b->vcpu_hard_affinity[i]);
		fprintf(out, "%s \"%s\"", i ? "," : "", list);
		free(list);
	}
	fputs(" ]\n", out);
}
