// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm trigger: does to a guest what a board's pins and buttons do. Xen gives a PV guest
 * an NMI so; the rest is for those with hardware.
 */
#include "button.h"

static int give(struct xm_host *host, const char *arg, uint32_t domid,
		libxl_trigger trigger, long vcpu)
{
	libxl_dominfo info;
	int ret = XM_OK;

	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid)) {
		ret = xm_libxl_failed(host, arg, "nothing is known about it");
	} else if (vcpu > (long)info.vcpu_max_id) {
		xm_error(arg, "has no virtual CPU %ld, but 0 to %u", vcpu,
			 info.vcpu_max_id);
		ret = XM_NOTFOUND;
	} else if (xm_button_press(host, domid, trigger, vcpu)) {
		ret = xm_libxl_failed(host, arg,
				      info.domain_type == LIBXL_DOMAIN_TYPE_PV &&
				      trigger != LIBXL_TRIGGER_NMI ?
				      "a PV guest takes nothing but nmi" :
				      "did not take it");
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

int cmd_trigger(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	libxl_trigger trigger;
	struct xm_host host;
	uint32_t domid;
	long vcpu = 0;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind < 2 || argc - optind > 3)
		return xm_usage(argv[0], "needs a domain and a trigger");
	if (libxl_trigger_from_string(argv[optind + 1], &trigger) ||
	    trigger == LIBXL_TRIGGER_UNKNOWN)
		return xm_usage(argv[0], "'%s' is none of nmi, reset, init, power, sleep, s3resume",
				argv[optind + 1]);
	if (argc - optind == 3 && !xm_number(argv[optind + 2], 0, 511, &vcpu))
		return xm_usage(argv[0], "'%s' is not the number of a virtual CPU",
				argv[optind + 2]);
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	ret = give(&host, argv[optind], domid, trigger, vcpu);
	xm_host_close(&host);
	return ret;
}
