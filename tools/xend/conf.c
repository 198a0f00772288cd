// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the configuration, and says what is wrong with it. Called by main.c,
 * daemon.c and serve.c.
 */
#include <string.h>

#include "xend.h"

static void tell(const char *file, bool bad, const char *text)
{
	(void)bad;
	xm_error(file, "%s", text);
}

static void tell_errors(const char *file, bool bad, const char *text)
{
	if (bad)
		xm_error(file, "%s", text);
}

/* Other hosts need more than an address. Return: 0, or -1 after a message. */
static int check(const struct xm_xendconf *conf)
{
	if (!conf->http || xm_xendconf_local(conf->address) ||
	    (conf->certificate && conf->key))
		return 0;
	xm_error("xend-address", "'%s' is for other hosts, too: that needs xend-tls-certificate, xend-tls-key and a password ('xend --set-password'); or let it be localhost",
		 conf->address);
	return -1;
}

/**
 * xend_conf() - read the configuration
 * @conf: filled in; to be freed in any case
 * @file: instead of the usual ones; NULL: those
 * @quiet: tell of errors only
 *
 * Return: 0, or -1 after messages.
 */
int xend_conf(struct xm_xendconf *conf, const char *file, bool quiet)
{
	xm_xendconf_say *say = quiet ? tell_errors : tell;
	int ret = file ? xm_xendconf_file(conf, file, say) :
		  xm_xendconf_read(conf, XM_XEND_SXP, XM_XEND_CONF, say);

	return ret ? ret : check(conf);
}
