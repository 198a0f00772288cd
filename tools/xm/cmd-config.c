// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm config: a guest's configuration as it is now, with what was attached and
 * detached, in the form of a file for "xm create".
 */
#include <stdlib.h>

#include "config.h"
#include "json.h"
#include "xm.h"

static int print(libxl_domain_config *dc, bool json)
{
	char *text;
	yajl_gen gen;

	if (json) {
		gen = xm_json_new();
		libxl_domain_config_gen_json(gen, dc);
		return xm_json_print(gen, stdout) ? XM_FAIL : XM_OK;
	}
	text = xm_config_text(dc);
	fputs(text, stdout);
	free(text);
	return fflush(stdout) ? XM_FAIL : XM_OK;
}

int cmd_config(int argc, char **argv)
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	libxl_domain_config dc;
	struct xm_host host;
	uint32_t domid;
	int ret;

	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	libxl_domain_config_init(&dc);
	if (!domid) {
		xm_error(argv[optind], "is this very domain, which no file has made");
		ret = XM_FAIL;
	} else if (libxl_retrieve_domain_configuration(host.ctx, domid, &dc,
						       NULL)) {
		ret = xm_libxl_failed(&host, argv[optind], "its configuration could not be read");
	} else {
		ret = print(&dc, json);
	}
	libxl_domain_config_dispose(&dc);
	xm_host_close(&host);
	return ret;
}
