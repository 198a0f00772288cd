// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What verbs have in common: options and --help, and the domain that one is about.
 * Called by every cmd-VERB.c.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "table.h"
#include "xm.h"

int xm_usage(const char *name, const char *fmt, ...)
{
	const struct xm_verb *verb = xm_verb_find(name);
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	xm_error(name, "%s; usage: xm %s %s", text ? text : "wrong usage",
		 name, verb ? verb->synopsis : "...");
	free(text);
	return XM_USAGE;
}

/* One letter among others is not a word of its own. */
static int unknown_option(char **argv)
{
	const char *word = argv[optind - 1];

	if (!optopt)
		return xm_usage(argv[0], "unknown option %s", word);
	if (xm_starts(word, "--") && strchr(word, '='))
		return xm_usage(argv[0], "%s: it takes no value", word);
	return xm_usage(argv[0], "unknown option -%c", optopt);
}

/**
 * xm_getopt() - getopt_long() plus what every verb understands
 * @argc: as the verb got it
 * @argv: as the verb got it; argv[0] is the verb's name
 * @shorts: the verb's own short options, without h and v
 * @longs: its long options, ending with XM_LONGOPTS
 *
 * Ends the program after --help and on an unknown option: nothing has been
 * opened yet at that point.
 *
 * Return: the next of the verb's own options, -1 at the end.
 */
int xm_getopt(int argc, char **argv, const char *shorts,
	      const struct option *longs)
{
	char all[32];
	int c;

	snprintf(all, sizeof(all), ":hv%s", shorts);
	for (;;) {
		c = getopt_long(argc, argv, all, longs, NULL);
		switch (c) {
		case 'v':
			xm_verbose++;
			continue;
		case 'h':
			xm_verb_help(xm_verb_find(argv[0]), argv[0], stdout);
			exit(XM_OK);
		case ':':
			exit(xm_usage(argv[0], "%s needs a value",
				      argv[optind - 1]));
		case '?':
			exit(unknown_option(argv));
		default:
			return c;
		}
	}
}

/**
 * xm_verb_flag() - the options of a verb that has one of its own, without a value
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @name: the option
 * @letter: its short form, 0 if it has none
 *
 * Return: whether it was given.
 */
bool xm_verb_flag(int argc, char **argv, const char *name, char letter)
{
	const struct option longs[] = {
		{ name, no_argument, NULL, 1 },
		XM_LONGOPTS
	};
	const char shorts[] = { letter, '\0' };
	bool given = false;

	while (xm_getopt(argc, argv, shorts, longs) != -1)
		given = true;
	return given;
}

/**
 * xm_verb_open() - connect to Xen, and find the domain that the verb is about
 * @host: filled in
 * @arg: a name, or a number
 * @domid: the result
 *
 * Return: XM_OK, and @host is to be closed; or another after a message.
 */
int xm_verb_open(struct xm_host *host, const char *arg, uint32_t *domid)
{
	int ret = xm_host_open(host);

	if (ret)
		return ret;
	ret = xm_host_domain(host, arg, domid);
	if (ret)
		xm_host_close(host);
	return ret;
}

/**
 * xm_verb_open_guest() - the same for what cannot be done to this very domain
 * @host: filled in
 * @verb: the verb, for the message
 * @arg: a name, or a number
 * @domid: the result, not 0
 */
int xm_verb_open_guest(struct xm_host *host, const char *verb, const char *arg,
		       uint32_t *domid)
{
	int ret = xm_verb_open(host, arg, domid);

	if (ret || *domid)
		return ret;
	xm_error(arg, "is this very domain; 'xm %s' is for guests", verb);
	xm_host_close(host);
	return XM_FAIL;
}

/**
 * xm_with_domain() - the whole of a verb that does one thing to one domain
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @what: what could not be done, for the message
 * @act: the libxl call
 */
int xm_with_domain(int argc, char **argv, const char *what,
		   int (*act)(libxl_ctx *ctx, uint32_t domid))
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	if (act(host.ctx, domid))
		ret = xm_libxl_failed(&host, argv[optind], what);
	xm_host_close(&host);
	return ret;
}

/**
 * xm_verb_detach() - the whole of a verb that takes a device from one domain
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @needs: the message when it gets other arguments
 * @detach: gets both as they were typed, and whether the guest is not to be asked
 */
int xm_verb_detach(int argc, char **argv, const char *needs,
		   int (*detach)(struct xm_host *host, const char *domain,
				 uint32_t domid, const char *device,
				 bool force))
{
	bool force = xm_verb_flag(argc, argv, "force", 'f');
	struct xm_host host;
	uint32_t domid;
	int ret, claim;

	if (argc - optind != 2)
		return xm_usage(argv[0], "%s", needs);
	ret = xm_claim_devices(&host, argv[optind], &domid, &claim);
	if (ret)
		return ret;
	ret = detach(&host, argv[optind], domid, argv[optind + 1], force);
	xm_claim_end(&claim);
	xm_host_close(&host);
	return ret;
}

/**
 * xm_verb_table() - the whole of a verb that shows a table of some domains, or of all
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @columns: of the table
 * @count: how many columns
 * @add: puts a domain's rows into the table, which is its @user
 */
int xm_verb_table(int argc, char **argv, const struct xm_column *columns, size_t count,
		  int (*add)(struct xm_host *host, uint32_t domid, void *user))
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	struct xm_table *table;
	struct xm_host host;
	int ret = xm_host_open(&host), printed;

	if (ret)
		return ret;
	table = xm_table_new(columns, count, json);
	ret = xm_each_domain(&host, argv + optind, argc - optind, add, table);
	printed = xm_table_end(table);
	xm_host_close(&host);
	return ret ? ret : printed;
}
