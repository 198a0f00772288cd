// SPDX-License-Identifier: GPL-2.0-or-later
/* The command table: every verb explains itself, here and in the man page. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "xm.h"

static void every_verb_has_help(void)
{
	for (size_t i = 0; i < xm_verb_count; i++) {
		const struct xm_verb *v = &xm_verbs[i];

		CHECK(v->name && *v->name && v->run);
		CHECK(v->synopsis && *v->synopsis);
		CHECK(v->summary && *v->summary);
		CHECK(!strchr(v->synopsis, '\t') && !strchr(v->summary, '\t'));
		CHECK(!v->options || !strchr(v->options, '\t'));
		CHECK(xm_verb_find(v->name) == v);
	}
	CHECK(!xm_verb_find("nosuch"));
}

static void every_promised_verb_is_there(void)
{
	static const char *const verbs[] = {
		"create", "list", "console", "shutdown", "reboot", "destroy",
		"pause", "unpause", "domid", "domname", "info", "dmesg",
		"mem-set", "balloon", "mem-max", "maxmem", "vcpu-set",
		"vcpu-list", "vcpu-pin", "pincpu", "rename", "uptime", "sysrq",
		"trigger", "dump-core", "save", "restore", "migrate", "resume",
		"new", "start", "delete", "log", "top", "consoles",
		"vbd-create", "vbd-destroy", "vbd-list", "sched-credit",
		"sched-credit2", "sched-rtds", "bvt", "bvt_ctxallow", "atropos",
		"rrobin",
		"block-attach", "block-detach", "block-reattach", "block-list",
		"network-attach", "network-detach", "network-list",
		"network-reattach", "vif-list",
		"image-create", "image-list", "image-clone", "image-resize",
		"image-delete", "vncviewer", "button-press",
		"help",
	};

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!CHECK(xm_verb_find(verbs[i])))
			printf("%s is missing\n", verbs[i]);
}

static void help_names_every_option(void)
{
	for (size_t i = 0; i < xm_verb_count; i++) {
		const struct xm_verb *v = &xm_verbs[i];
		const char *p = v->options;
		char shorts[] = "-?";

		while (p && (p = strstr(p, "  -"))) {
			shorts[1] = p[3];
			if (p[3] != '-')
				CHECK(strchr(v->synopsis, shorts[1]));
			p++;
		}
	}
}

static void a_cause_is_of_one_failure(void)
{
	struct xm_host host = { .log = xm_log_new(XTL_NUM_LEVELS) };
	xentoollog_logger *logger = (xentoollog_logger *)host.log;

	xtl_log(logger, XTL_ERROR, -1, "libxl", "%s", "no memory");
	xtl_log(logger, XTL_ERROR, -1, "libxl", "%s", "and so no guest");
	CHECK_STR(xm_log_cause(host.log), "no memory");
	CHECK_INT(xm_libxl_failed(&host, "g1", "first of two"), XM_FAIL);
	CHECK(!xm_log_cause(host.log));
	xtl_log(logger, XTL_ERROR, -1, "libxl", "%s", "no device");
	CHECK_STR(xm_log_cause(host.log), "no device");
	xm_log_free(host.log);
}

static void has_line(const char *page, const char *start, const char *name,
		     const char *end)
{
	char *line = xm_asprintf("\n%s %s%s", start, name, end);

	if (!CHECK(strstr(page, line)))
		printf("no entry for %s\n", name);
	free(line);
}

/* Each other name of a verb is that of no other, and finds it. */
static void check_names(const char *page, const struct xm_verb *v)
{
	char *names = xm_strdup(xm_verb_also(v)), *rest = names, *name, *line;
	char *entry = xm_asprintf("\n.It Cm %s ", v->name);
	const char *here = strstr(page, entry), *next;

	next = here ? strstr(here + 1, "\n.It Cm") : NULL;
	/* A verb with two forms has two lines for them. */
	while (next && xm_starts(next, entry))
		next = strstr(next + 1, "\n.It Cm");
	while ((name = strsep(&rest, " "))) {
		CHECK(xm_verb_find(name) == v);
		line = xm_asprintf("Cm %s", name);
		if (!CHECK(here && strstr(here, line) &&
			   (!next || strstr(here, line) < next)))
			printf("%s does not say that it is %s\n", v->name, name);
		free(line);
	}
	free(entry);
	free(names);
}

static void man_page_names_every_verb(void)
{
	const char *xm = getenv("XM");
	static const char *const pages[] = { "xm.1", "xm-guest.1", "xm-hvm.1" };
	char *page = NULL, *one, *path;

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		path = xm_asprintf("%s/%s", xm ? xm : "../../../tools/xm",
				   pages[i]);
		one = xm_readfile(path, NULL);
		CHECK(one);
		xm_append(&page, "%s", one ? one : "");
		free(one);
		free(path);
	}
	for (size_t i = 0; CHECK(page) && i < xm_verb_count; i++) {
		has_line(page, ".It Cm", xm_verbs[i].name, " ");
		if (xm_verb_also(&xm_verbs[i]))
			check_names(page, &xm_verbs[i]);
	}
	free(page);
}

int main(void)
{
	RUN(a_cause_is_of_one_failure);
	RUN(every_verb_has_help);
	RUN(every_promised_verb_is_there);
	RUN(help_names_every_option);
	RUN(man_page_names_every_verb);
	return check_done();
}
