// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm vcpu-list: the virtual CPUs of domains: where each runs and has run for how
 * long, and where it may.
 */
#include <libxl_utils.h>
#include <stdlib.h>

#include "cpulist.h"
#include "table.h"
#include "xm.h"

static const struct xm_column columns[] = {
	{ "name", "Name", false },
	{ "domid", "ID", true },
	{ "vcpu", "VCPU", true },
	{ NULL, "CPU", true },
	{ "cpu", NULL, false },
	{ "state", "State", false },
	{ "time_ns", "Time(s)", true },
	{ "hard_affinity", "Affinity (Hard", false },
	{ "soft_affinity", "Soft)", false },
};

static void add(struct xm_table *table, const char *name, uint32_t domid,
		const libxl_vcpuinfo *v, int cpus)
{
	char *hard = xm_cpulist_format_host(&v->cpumap, cpus);
	char *soft = xm_cpulist_format_host(&v->cpumap_soft, cpus);
	char state[] = "---", cpu[16] = "-";

	if (v->online) {
		snprintf(cpu, sizeof(cpu), "%u", v->cpu);
		state[0] = v->running ? 'r' : '-';
		state[1] = v->blocked ? 'b' : '-';
	} else {
		state[2] = 'p';
	}
	xm_table_string(table, name);
	xm_table_number(table, domid);
	xm_table_number(table, v->vcpuid);
	xm_table_string(table, cpu);
	xm_table_number(table, v->online ? (long long)v->cpu : -1);
	xm_table_string(table, state);
	xm_table_seconds(table, v->vcpu_time);
	xm_table_string(table, hard);
	xm_table_string(table, soft);
	free(soft);
	free(hard);
}

static int add_domain(struct xm_host *host, uint32_t domid, void *user)
{
	struct xm_table *table = user;
	int n, cpus;
	libxl_vcpuinfo *list = libxl_list_vcpu(host->ctx, domid, &n, &cpus);
	char *name = xm_host_domname(host, domid);
	int ret = XM_OK;

	/* It may be gone since it was looked for. */
	if (!list && !libxl_domain_info(host->ctx, NULL, domid))
		ret = xm_libxl_failed(host, name, "its virtual CPUs could not be listed");
	for (int i = 0; list && i < n; i++)
		add(table, name, domid, &list[i], cpus);
	if (list)
		libxl_vcpuinfo_list_free(list, n);
	free(name);
	return ret;
}

int cmd_vcpu_list(int argc, char **argv)
{
	return xm_verb_table(argc, argv, columns, ARRAY_SIZE(columns), add_domain);
}
