// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm vcpu-set: how many of its virtual CPUs a domain uses. It is told by xenstore and
 * does it itself; the first ones stay.
 */
#include <libxl_utils.h>

#include "cpulist.h"
#include "xm.h"

static int check(struct xm_host *host, const char *arg, uint32_t domid,
		 long count, bool ignore_host)
{
	int cpus = libxl_get_online_cpus(host->ctx), ret = XM_OK;
	libxl_dominfo info;

	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid)) {
		ret = xm_libxl_failed(host, arg, "nothing is known about it");
	} else if (count > (long)info.vcpu_max_id + 1) {
		xm_error(arg, "has %u virtual CPUs at most; give it more with maxvcpus in its configuration, and make it anew",
			 info.vcpu_max_id + 1);
		ret = XM_FAIL;
	} else if (!ignore_host && cpus > 0 && count > cpus) {
		xm_error(arg, "this host has %d CPUs, and more virtual ones make a guest slower; -i does it nevertheless",
			 cpus);
		ret = XM_FAIL;
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

static int set(struct xm_host *host, const char *arg, uint32_t domid,
	       long count)
{
	libxl_bitmap map;
	int ret = XM_OK;

	libxl_bitmap_init(&map);
	xm_bitmap_alloc(&map, count);
	for (long i = 0; i < count; i++)
		libxl_bitmap_set(&map, i);
	if (libxl_set_vcpuonline(host->ctx, domid, &map, NULL))
		ret = xm_libxl_failed(host, arg, "its virtual CPUs could not be set");
	libxl_bitmap_dispose(&map);
	return ret;
}

int cmd_vcpu_set(int argc, char **argv)
{
	bool ignore_host = xm_verb_flag(argc, argv, "ignore-host", 'i');
	struct xm_host host;
	uint32_t domid;
	long count;
	int ret;

	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a number of virtual CPUs");
	if (!xm_number(argv[optind + 1], 1, 512, &count))
		return xm_usage(argv[0], "'%s' is not a number of virtual CPUs",
				argv[optind + 1]);
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	ret = check(&host, argv[optind], domid, count, ignore_host);
	if (!ret)
		ret = set(&host, argv[optind], domid, count);
	xm_host_close(&host);
	return ret;
}
