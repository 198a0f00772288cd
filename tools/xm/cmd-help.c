// SPDX-License-Identifier: GPL-2.0-or-later
/* xm help: the list of verbs, or some explained. */
#include <string.h>

#include "xm.h"

/* Each name by which xm of earlier times, or xl, knows the verb. */
static void list_names(const struct xm_verb *verb)
{
	const char *p = xm_verb_also(verb);
	int len;

	for (; p && *p; p += len) {
		p += strspn(p, " ");
		len = strcspn(p, " ");
		printf("  %-16.*s is %s\n", len, p, verb->name);
	}
}

static void list_verbs(void)
{
	printf("usage: xm VERB [OPTION...] [ARGUMENT...]\n\n");
	for (size_t i = 0; i < xm_verb_count; i++)
		if (!xm_verbs[i].hidden)
			printf("  %-16s %s\n", xm_verbs[i].name,
			       xm_verbs[i].summary);
	printf("\n");
	for (size_t i = 0; i < xm_verb_count; i++)
		if (!xm_verbs[i].hidden)
			list_names(&xm_verbs[i]);
	printf("\n'xm help VERB' explains one, 'xm --version' says which xm this is; xm(1) has it all.\n");
}

int cmd_help(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	const struct xm_verb *verb;
	int ret = XM_OK;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (optind == argc) {
		list_verbs();
		return XM_OK;
	}
	for (; optind < argc; optind++) {
		verb = xm_verb_find(argv[optind]);
		if (verb)
			xm_verb_help(verb, argv[optind], stdout);
		else
			ret = xm_verb_missing(argv[optind]);
	}
	return ret;
}
