// SPDX-License-Identifier: GPL-2.0-or-later
/* xm list: which domains there are, and what they do. */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "xm.h"

/* Six letters, as they have been since Xen 2.0; scripts look for them. */
static void state_letters(const libxl_dominfo *d, char *s)
{
	bool crashed = d->shutdown &&
		       d->shutdown_reason == LIBXL_SHUTDOWN_REASON_CRASH;

	s[0] = d->running ? 'r' : '-';
	s[1] = d->blocked ? 'b' : '-';
	s[2] = d->paused ? 'p' : '-';
	s[3] = d->shutdown && !crashed ? 's' : '-';
	s[4] = crashed ? 'c' : '-';
	s[5] = d->dying ? 'd' : '-';
	s[6] = '\0';
}

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

static void print_long(const libxl_dominfo *d, const char *name,
		       const char *state)
{
	printf("name: %s\nid: %u\nuuid: " LIBXL_UUID_FMT "\ntype: %s\n"
	       "state: %s\nmemory: %ld\nmaxmem: %lu\nvcpus: %u\n"
	       "maxvcpus: %u\ntime: %.1f\ncpupool: %u\n\n",
	       name, d->domid, LIBXL_UUID_BYTES(d->uuid),
	       libxl_domain_type_to_string(d->domain_type), state, mib(d),
	       d->max_memkb / 1024, d->vcpu_online, d->vcpu_max_id + 1,
	       (double)d->cpu_time / 1e9, d->cpupool);
}

static void json_config(struct xm_host *host, uint32_t domid, yajl_gen gen)
{
	libxl_domain_config dc;

	if (!domid)
		return;		/* libxl keeps none for Dom0 */
	libxl_domain_config_init(&dc);
	if (!libxl_retrieve_domain_configuration(host->ctx, domid, &dc,
						 NULL)) {
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

	state_letters(d, state);
	if (gen)
		json_record(host, d, name, state, all, gen);
	else if (all)
		print_long(d, name ? name : "-", state);
	else
		print_line(d, name ? name : "-", state);
	free(name);
}

static int show_all(struct xm_host *host, bool all, yajl_gen gen)
{
	int n;
	libxl_dominfo *list = libxl_list_domain(host->ctx, &n);

	if (!list)
		return xm_libxl_failed(host, "list", "failed");
	for (int i = 0; i < n; i++)
		show(host, &list[i], all, gen);
	libxl_dominfo_list_free(list, n);
	return XM_OK;
}

static int show_one(struct xm_host *host, const char *arg, bool all,
		    yajl_gen gen)
{
	libxl_dominfo info;
	uint32_t domid;
	int ret = xm_host_domain(host, arg, &domid);

	if (ret)
		return ret;
	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid))
		ret = XM_NOTFOUND;
	else
		show(host, &info, all, gen);
	libxl_dominfo_dispose(&info);
	return ret;
}

int cmd_list(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "long", no_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		XM_LONGOPTS
	};
	bool all = false, json = false;
	struct xm_host host;
	yajl_gen gen = NULL;
	int c, ret, one;

	while ((c = xm_getopt(argc, argv, "l", longs)) != -1) {
		all |= c == 'l';
		json |= c == 'j';
	}
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	if (json) {
		gen = xm_json_new();
		yajl_gen_array_open(gen);
	} else if (!all) {
		printf("%-32s %5s %5s %5s     %s %8s\n", "Name", "ID", "Mem",
		       "VCPUs", "State ", "Time(s)");
	}
	if (optind == argc)
		ret = show_all(&host, all, gen);
	for (int i = optind; i < argc; i++) {
		one = show_one(&host, argv[i], all, gen);
		ret = ret ? ret : one;
	}
	if (gen) {
		yajl_gen_array_close(gen);
		if (xm_json_print(gen, stdout))
			ret = XM_FAIL;
	}
	xm_host_close(&host);
	return ret;
}
