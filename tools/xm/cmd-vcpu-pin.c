// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm vcpu-pin: on which CPUs of the host a virtual CPU may run (hard affinity), and
 * on which it runs if it can (soft affinity).
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "cpulist.h"
#include "xm.h"

/**
 * struct pinning - what is asked for
 * @host: open connection
 * @domain: as it was typed
 * @domid: its number
 * @force: even where Xen has pinned it for a while
 * @hard: which CPUs, if @hard.map is set
 * @soft: the same
 */
struct pinning {
	struct xm_host *host;
	const char *domain;
	uint32_t domid;
	bool force;
	libxl_bitmap hard;
	libxl_bitmap soft;
};

/* "-" leaves it as it is. */
static int read_cpus(struct pinning *pin, const char *list, libxl_bitmap *map)
{
	int cpus = libxl_get_max_cpus(pin->host->ctx);

	if (!list || !strcmp(list, "-"))
		return XM_OK;
	if (xm_cpulist_parse(map, list, xm_host_node_cpus)) {
		xm_error(pin->domain, "'%s' is not a list of CPUs like 0-3,5,^1, or 'all'",
			 list);
		return XM_USAGE;
	}
	for (int i = 0; i < cpus; i++)
		if (libxl_bitmap_test(map, i))
			return XM_OK;
	xm_error(pin->domain, "this host has no CPU of '%s'; 'xm info' says how many it has",
		 list);
	return XM_FAIL;
}

static int set(const struct pinning *pin, uint32_t vcpu)
{
	const libxl_bitmap *hard = pin->hard.map ? &pin->hard : NULL;
	const libxl_bitmap *soft = pin->soft.map ? &pin->soft : NULL;
	libxl_ctx *ctx = pin->host->ctx;

	char *what;
	int ret;

	if (!(pin->force ? libxl_set_vcpuaffinity_force : libxl_set_vcpuaffinity)
	     (ctx, pin->domid, vcpu, hard, soft))
		return XM_OK;
	what = xm_asprintf("virtual CPU %u could not be pinned", vcpu);
	ret = xm_libxl_failed(pin->host, pin->domain, what);
	free(what);
	return ret;
}

static int set_some(const struct pinning *pin, const char *which)
{
	libxl_dominfo info;
	long vcpu, last;
	int ret = XM_OK;

	libxl_dominfo_init(&info);
	if (libxl_domain_info(pin->host->ctx, &info, pin->domid))
		ret = xm_libxl_failed(pin->host, pin->domain, "nothing is known about it");
	last = info.vcpu_max_id;
	libxl_dominfo_dispose(&info);
	if (!ret && !strcmp(which, "all")) {
		for (vcpu = 0; !ret && vcpu <= last; vcpu++)
			ret = set(pin, vcpu);
	} else if (!ret && xm_number(which, 0, last, &vcpu)) {
		ret = set(pin, vcpu);
	} else if (!ret) {
		xm_error(pin->domain, "has no virtual CPU %s, but 0 to %ld; 'all' means each",
			 which, last);
		ret = XM_NOTFOUND;
	}
	return ret;
}

int cmd_vcpu_pin(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "force", no_argument, NULL, 'f' },
		XM_LONGOPTS
	};
	struct xm_host host;
	struct pinning pin = { .host = &host };
	char **cpus;
	int ret;

	/* Xen 2.0's word for any CPU, which would be taken for an option. */
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "-1"))
			argv[i] = (char *)"all";
	while (xm_getopt(argc, argv, "f", longs) != -1)
		pin.force = true;
	if (argc - optind < 3 || argc - optind > 4)
		return xm_usage(argv[0], "needs a domain, a virtual CPU and a list of CPUs");
	cpus = argv + optind + 2;
	if (!strcmp(cpus[0], "-") && (!cpus[1] || !strcmp(cpus[1], "-")))
		return xm_usage(argv[0], "'-' leaves all as it is");
	pin.domain = argv[optind];
	ret = xm_verb_open(&host, pin.domain, &pin.domid);
	if (ret)
		return ret;
	ret = read_cpus(&pin, cpus[0], &pin.hard);
	if (!ret)
		ret = read_cpus(&pin, cpus[1], &pin.soft);
	if (!ret)
		ret = set_some(&pin, argv[optind + 1]);
	libxl_bitmap_dispose(&pin.hard);
	libxl_bitmap_dispose(&pin.soft);
	xm_host_close(&host);
	return ret;
}
