// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the configuration, and says what is wrong with it. Called by main.c,
 * daemon.c and serve.c. The daemon's is kept for the process that speaks HTTP: what
 * stands in the usual files may have errors by the time that it is started again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/**
 * xend_conf_keep() - write down the daemon's configuration, as XEND_KEPT
 * @conf: the configuration
 *
 * Return: 0, or -1 after a message.
 */
int xend_conf_keep(const struct xm_xendconf *conf)
{
	char *text = xm_xendconf_text(conf);
	int ret = xm_keep_dir() ? -1 : xend_put(XEND_KEPT, text);

	free(text);
	return ret;
}

/* Nobody is started with it any more. */
void xend_conf_forget(void)
{
	unlink(XEND_KEPT);
}
