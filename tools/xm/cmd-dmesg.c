// SPDX-License-Identifier: GPL-2.0-or-later
/* xm dmesg: Xen's own messages. */
#include "xm.h"

int cmd_dmesg(int argc, char **argv)
{
	bool clear = xm_verb_flag(argc, argv, "clear", 'c');
	libxl_xen_console_reader *reader;
	struct xm_host host;
	char *line;
	int ret, more;

	if (optind < argc)
		return xm_usage(argv[0], "takes no argument");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	reader = libxl_xen_console_read_start(host.ctx, clear);
	if (!reader) {
		ret = xm_libxl_failed(&host, "dmesg", "could not be read");
	} else {
		/* The line belongs to the reader. */
		while ((more = libxl_xen_console_read_line(host.ctx, reader,
							   &line)) > 0)
			fputs(line, stdout);
		if (more < 0)
			ret = xm_libxl_failed(&host, "dmesg", "could not be read");
		libxl_xen_console_read_finish(host.ctx, reader);
	}
	xm_host_close(&host);
	return ret;
}
