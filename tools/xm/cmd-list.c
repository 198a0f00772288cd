// SPDX-License-Identifier: GPL-2.0-or-later
/* xm list: which domains there are, and what they do. */
#include <libxl_utils.h>
#include <stdlib.h>

#include "json.h"
#include "managed.h"
#include "sxp.h"
#include "table.h"

static long mib(const libxl_dominfo *d)
{
	return (d->current_memkb + d->outstanding_memkb) / 1024;
}

static void print_line(const libxl_dominfo *d, const char *name,
		       const char *state)
{
	printf("%-32s %5u %5ld %5u     %s %8.1f\n", name, d->domid, mib(d),
	       d->vcpu_online, state, (double)d->cpu_time / 1e9);
}

/* Libxl keeps none for Dom0. */
static bool has_config(struct xm_host *host, uint32_t domid,
		       libxl_domain_config *dc)
{
	return domid && !libxl_retrieve_domain_configuration(host->ctx, domid,
							     dc, NULL);
}

static void print_long(struct xm_host *host, const libxl_dominfo *d,
		       const char *name, const char *state)
{
	libxl_domain_config dc;

	libxl_domain_config_init(&dc);
	xm_sxp_domain(stdout, d, name, state,
		      has_config(host, d->domid, &dc) ? &dc : NULL);
	libxl_domain_config_dispose(&dc);
}

static void json_config(struct xm_host *host, uint32_t domid, yajl_gen gen)
{
	libxl_domain_config dc;

	libxl_domain_config_init(&dc);
	if (has_config(host, domid, &dc)) {
		xm_json_key(gen, "config");
		libxl_domain_config_gen_json(gen, &dc);
	}
	libxl_domain_config_dispose(&dc);
}

static void json_record(struct xm_host *host, const libxl_dominfo *d,
			const char *name, const char *state, bool all,
			yajl_gen gen)
{
	char uuid[64];

	snprintf(uuid, sizeof(uuid), LIBXL_UUID_FMT, LIBXL_UUID_BYTES(d->uuid));
	yajl_gen_map_open(gen);
	xm_json_string(gen, "name", name);
	xm_json_number(gen, "domid", d->domid);
	xm_json_number(gen, "memory", mib(d));
	xm_json_number(gen, "vcpus", d->vcpu_online);
	xm_json_string(gen, "state", state);
	if (d->shutdown)
		xm_json_string(gen, "shutdown_reason",
			       libxl_shutdown_reason_to_string(d->shutdown_reason));
	xm_json_number(gen, "cpu_time_ns", d->cpu_time);
	xm_json_string(gen, "uuid", uuid);
	xm_json_string(gen, "type",
		       libxl_domain_type_to_string(d->domain_type));
	if (all) {
		xm_json_number(gen, "maxmem", d->max_memkb / 1024);
		xm_json_number(gen, "maxvcpus", d->vcpu_max_id + 1);
		xm_json_number(gen, "cpupool", d->cpupool);
		json_config(host, d->domid, gen);
	}
	yajl_gen_map_close(gen);
}

static void show(struct xm_host *host, const libxl_dominfo *d, bool all,
		 yajl_gen gen)
{
	char *name = libxl_domid_to_name(host->ctx, d->domid);
	char state[8];

	xm_state_letters(d, state);
	if (name && !gen)
		xm_printable(name);
	if (gen)
		json_record(host, d, name, state, all, gen);
	else if (all)
		print_long(host, d, name ? name : "-", state);
	else
		print_line(d, name ? name : "-", state);
	free(name);
}

/**
 * struct listing - how domains are listed
 * @all: with all that is known
 * @gen: JSON, NULL: text
 */
struct listing {
	bool all;
	yajl_gen gen;
};

static int show_one(struct xm_host *host, uint32_t domid, void *user)
{
	struct listing *how = user;
	libxl_dominfo info;

	libxl_dominfo_init(&info);
	/* It may be gone since it was looked for. */
	if (!libxl_domain_info(host->ctx, &info, domid))
		show(host, &info, how->all, how->gen);
	libxl_dominfo_dispose(&info);
	return XM_OK;
}

static const struct xm_column managed_columns[] = {
	{ "name", "Name", false },
	{ NULL, "ID", true },
	{ "domid", NULL, false },
	{ "state", "State", false },
	{ "file", "File", false },
};

static void add_managed(struct xm_host *host, struct xm_table *table,
			const char *name)
{
	char *path = xm_managed_path(name), state[8] = "------", id[16] = "-";
	libxl_dominfo info;
	uint32_t domid;
	bool runs;

	libxl_dominfo_init(&info);
	runs = !libxl_name_to_domid(host->ctx, name, &domid) &&
	       !libxl_domain_info(host->ctx, &info, domid);
	if (runs) {
		xm_state_letters(&info, state);
		snprintf(id, sizeof(id), "%u", domid);
	}
	xm_table_string(table, name);
	xm_table_string(table, id);
	xm_table_number(table, runs ? (long long)domid : -1);
	xm_table_string(table, state);
	xm_table_string(table, path);
	libxl_dominfo_dispose(&info);
	free(path);
}

static int list_managed(struct xm_host *host, bool json)
{
	struct xm_table *table = xm_table_new(managed_columns,
					      ARRAY_SIZE(managed_columns), json);
	size_t count;
	char **names = xm_managed_list(&count);

	for (size_t i = 0; i < count; i++)
		add_managed(host, table, names[i]);
	xm_managed_list_free(names, count);
	return xm_table_end(table);
}

static int list(struct xm_host *host, char **args, int n, struct listing *how)
{
	int ret;

	if (how->gen)
		yajl_gen_array_open(how->gen);
	else if (!how->all)
		printf("%-32s %5s %5s %5s     %s %8s\n", "Name", "ID", "Mem",
		       "VCPUs", "State ", "Time(s)");
	ret = xm_each_domain(host, args, n, show_one, how);
	if (how->gen)
		yajl_gen_array_close(how->gen);
	if (how->gen ? xm_json_print(how->gen, stdout) : fflush(stdout))
		ret = XM_FAIL;
	return ret;
}

int cmd_list(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "long", no_argument, NULL, 'l' },
		{ "managed", no_argument, NULL, 'm' },
		{ "json", no_argument, NULL, 'j' },
		XM_LONGOPTS
	};
	bool json = false, managed = false;
	struct listing how = { .all = false };
	struct xm_host host;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "lm", longs)) != -1) {
		how.all |= c == 'l';
		managed |= c == 'm';
		json |= c == 'j';
	}
	if (managed && (how.all || optind < argc))
		return xm_usage(argv[0], "-m lists all managed guests");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	if (managed) {
		ret = list_managed(&host, json);
	} else {
		how.gen = json ? xm_json_new() : NULL;
		ret = list(&host, argv + optind, argc - optind, &how);
	}
	xm_host_close(&host);
	return ret;
}
