// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command table, and what verbs have in common: finding one, --help, options,
 * the domain that it is about. Called by main.c; a new verb is a row here and one
 * file.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "xm.h"

#ifndef XM_VERSION
#define XM_VERSION "without a version"
#endif

const struct xm_verb xm_verbs[] = {
	{ "create", cmd_create, "[-cFnpqv] [--json] CONFIG [KEY=VALUE...]",
	  "make a guest from a configuration file",
	  "  -c, --console     attach to the guest's console at once\n"
	  "  -F, --foreground  stay and watch over the guest\n"
	  "  -n, --dryrun      print the resulting configuration, make nothing\n"
	  "  -p, --paused      leave the guest paused\n"
	  "  -q, --quiet       no warnings about the configuration file\n"
	  "      --json        with -n: print JSON\n", false },
	{ "list", cmd_list, "[-lv] [--json] [DOMAIN...]",
	  "list domains",
	  "  -l, --long        all that is known about each domain\n"
	  "      --json        print JSON\n", false },
	{ "console", cmd_console, "[-v] DOMAIN",
	  "attach to a guest's console (leave it with Ctrl-])", NULL, false },
	{ "shutdown", cmd_shutdown, "[-avw] [-t SECONDS] [DOMAIN...]",
	  "ask guests to shut down",
	  "  -a, --all         every guest\n"
	  "  -w, --wait        wait until they are down\n"
	  "  -t, --timeout=S   wait S seconds at most (default: for ever)\n",
	  false },
	{ "reboot", cmd_reboot, "[-v] DOMAIN",
	  "ask a guest to reboot", NULL, false },
	{ "destroy", cmd_destroy, "[-v] DOMAIN...",
	  "end guests at once, as if the power failed", NULL, false },
	{ "config", cmd_config, "[-v] [--json] DOMAIN",
	  "print a guest's configuration as it is now",
	  "      --json        print libxenlight's JSON\n", false },
	{ "pause", cmd_pause, "[-v] DOMAIN",
	  "stop a guest's virtual CPUs", NULL, false },
	{ "unpause", cmd_unpause, "[-v] DOMAIN",
	  "let a paused guest run", NULL, false },
	{ "domid", cmd_domid, "[-v] NAME",
	  "print the number of a domain", NULL, false },
	{ "domname", cmd_domname, "[-v] DOMID",
	  "print the name of a domain", NULL, false },
	{ "info", cmd_info, "[-v] [--json]",
	  "print facts about this host",
	  "      --json        print JSON\n", false },
	{ "dmesg", cmd_dmesg, "[-cv]",
	  "print Xen's message buffer",
	  "  -c, --clear       empty it afterwards\n", false },
	{ "block-attach", cmd_block_attach,
	  "[-v] DOMAIN DISK | DOMAIN BACKDEV FRONTDEV [MODE [BACKDOM]]",
	  "give a guest one more disk", NULL, false },
	{ "block-detach", cmd_block_detach, "[-fv] DOMAIN VDEV",
	  "take a disk away from a guest",
	  "  -f, --force       even if the guest does not give it up\n",
	  false },
	{ "block-reattach", cmd_block_reattach, "[-v] DOMAIN VDEV BACKEND",
	  "give a disk a backend again when its driver domain was started anew",
	  NULL, false },
	{ "block-list", cmd_block_list, "[-v] [--json] DOMAIN",
	  "list a guest's disks",
	  "      --json        print JSON\n", false },
	{ "network-attach", cmd_network_attach, "[-v] DOMAIN [KEY=VALUE...]",
	  "give a guest one more network interface", NULL, false },
	{ "network-detach", cmd_network_detach, "[-fv] DOMAIN NUMBER|MAC",
	  "take a network interface away from a guest",
	  "  -f, --force       at once, without asking the guest\n",
	  false },
	{ "network-reattach", cmd_network_reattach,
	  "[-v] DOMAIN NUMBER|MAC BACKEND",
	  "give an interface a backend again when its driver domain was started anew",
	  NULL, false },
	{ "network-list", cmd_network_list, "[-v] [--json] DOMAIN",
	  "list a guest's network interfaces",
	  "      --json        print JSON\n", false },
	{ "vif-list", cmd_network_list, "[-v] [--json] DOMAIN",
	  "the old name of network-list",
	  "      --json        print JSON\n", false },
	{ "help", cmd_help, "[VERB...]",
	  "list the verbs, or explain some", NULL, false },
	{ "watch-domain", cmd_watch_domain, "[-F] [-r FD] DOMAIN",
	  "destroy or restart a guest when it ends (started by create)",
	  "  -F, --foreground  do not become a daemon\n"
	  "  -r, --ready=FD    write a byte to FD once watching\n", true },
	{ "end-domain", cmd_end_domain, "[-rv] DOMID",
	  "do what is to be done when a guest has ended (started by xend)",
	  "  -r, --repeat      until it is done\n", true },
	{ "undo-create", cmd_undo_create, "[-v] FD UUID",
	  "take away what a killed create leaves (started by create)", NULL,
	  true },
};

const size_t xm_verb_count = ARRAY_SIZE(xm_verbs);

const struct xm_verb *xm_verb_find(const char *name)
{
	for (size_t i = 0; i < xm_verb_count; i++)
		if (!strcmp(xm_verbs[i].name, name))
			return &xm_verbs[i];
	return NULL;
}

void xm_verb_help(const struct xm_verb *verb, FILE *out)
{
	fprintf(out, "usage: xm %s %s\n\n%s.\n\n%s"
		"  -v, --verbose     show notes and libxl's log; twice: all of it\n"
		"  -h, --help        show this\n",
		verb->name, verb->synopsis, verb->summary,
		verb->options ? verb->options : "");
}

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
			xm_verb_help(xm_verb_find(argv[0]), stdout);
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

/* Verbs of xm's in its time that are xl's only. */
static int no_verb(const char *name)
{
	static const char *const others[] = {
		"debug-keys", "dump-core", "mem-max", "mem-set", "migrate",
		"rename", "restore", "save", "sched-credit", "sched-credit2",
		"sysrq", "top", "trigger", "uptime", "vcpu-list", "vcpu-pin",
		"vcpu-set",
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!strcmp(others[i], name)) {
			xm_error(name, "xm has no such verb; 'xl %s' works for its guests, too",
				 name);
			return XM_USAGE;
		}
	}
	xm_error(name, "no such verb; 'xm help' lists them");
	return XM_USAGE;
}

int xm_verb_dispatch(int argc, char **argv)
{
	const struct xm_verb *verb;

	while (argc > 1 && (!strcmp(argv[1], "-v") ||
			    !strcmp(argv[1], "--verbose"))) {
		xm_verbose++;
		argc--;
		argv++;
	}
	if (argc < 2) {
		xm_error("usage", "xm VERB [OPTION...] [ARGUMENT...]; 'xm help' lists the verbs");
		return XM_USAGE;
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("xm (Xenify) " XM_VERSION);
		return XM_OK;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		argv[1] = (char *)"help";
	verb = xm_verb_find(argv[1]);
	if (!verb)
		return no_verb(argv[1]);
	return verb->run(argc - 1, argv + 1);
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
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	if (!domid) {
		xm_error(argv[optind], "is this very domain; 'xm %s' is for guests",
			 argv[0]);
		ret = XM_FAIL;
	} else if (act(host.ctx, domid)) {
		ret = xm_libxl_failed(&host, argv[optind], what);
	}
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
	int ret;

	if (argc - optind != 2)
		return xm_usage(argv[0], "%s", needs);
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	ret = detach(&host, argv[optind], domid, argv[optind + 1], force);
	xm_host_close(&host);
	return ret;
}
