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
		"block-attach", "block-detach", "block-reattach", "block-list",
		"network-attach", "network-detach", "network-list",
		"network-reattach", "vif-list",
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

static void man_page_names_every_verb(void)
{
	const char *xm = getenv("XM");
	char *path = xm_asprintf("%s/xm.1", xm ? xm : "../../../tools/xm");
	char *page = xm_readfile(path, NULL), *line;

	if (CHECK(page)) {
		for (size_t i = 0; i < xm_verb_count; i++) {
			line = xm_asprintf("\n.It Cm %s ", xm_verbs[i].name);
			if (!CHECK(strstr(page, line)))
				printf("no entry for %s\n", xm_verbs[i].name);
			free(line);
		}
	}
	free(page);
	free(path);
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
