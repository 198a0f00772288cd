// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest boots: its kernel, the kernel's command line, and lists of words, as
 * its bootloader gets them. Called by the table in fields.c; makes no call that needs
 * Xen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fields.h"

/* Room in the start info page, without the NUL byte. */
#define CMDLINE_MAX 1023

/* What boots an HVM guest was its kernel once; libxl has its own. */
static bool is_hvmloader(struct xm_config *cfg, const struct xm_field *f, const char *value)
{
	if (strcmp(basename(value), "hvmloader"))
		return false;
	if (cfg->dc.c_info.type == LIBXL_DOMAIN_TYPE_HVM)
		xm_config_warn(cfg, f->name, "'%s' is obsolete; using libxenlight's own hvmloader",
			       value);
	else
		xm_config_error(cfg, f->name, "'%s' is for HVM guests; add a line type = \"hvm\"",
				value);
	return true;
}

/*
 * kernel and ramdisk. The guest's watcher, which makes it anew, is in another
 * directory.
 */
void xm_kernel_read(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);
	char **path = (char **)((char *)&cfg->dc + f->offset);
	char *here;

	if (!value || !*value || is_hvmloader(cfg, f, value))
		return;
	free(*path);
	*path = xm_strdup(value);
	if (*value == '/')
		return;
	here = getcwd(NULL, 0);
	if (!here) {
		xm_config_error(cfg, f->name, "'%s' is relative to a directory that is not there: %s",
				value, strerror(errno));
		return;
	}
	free(*path);
	*path = xm_asprintf("%s/%s", strcmp(here, "/") ? here : "", value);
	free(here);
}

/* A new word at the end, unless there is none. */
static void add_words(char **line, const char *prefix, const char *words)
{
	if (words && *words)
		xm_append(line, "%s%s%s", *line ? " " : "", prefix, words);
}

/* cmdline as it stands, or made of root and extra as since Xen 2.0. */
static void make_cmdline(struct xm_config *cfg, const struct xm_field *f)
{
	const char *cmdline = xm_config_string(cfg, f->name);
	const char *root = xm_config_string(cfg, "root");
	const char *extra = xm_config_string(cfg, "extra");
	char *network = xm_classic_words(cfg);
	char **out = &cfg->dc.b_info.cmdline;

	add_words(out, "", network);
	free(network);
	if (cmdline) {
		add_words(out, "", cmdline);
		if (root || extra)
			xm_config_warn(cfg, root ? "root" : "extra",
				       "ignored, because cmdline is set");
		return;
	}
	/* As xm of Xen 2.0 did, whose users wrote it either way. */
	if (root && xm_starts(root, "root="))
		root += strlen("root=");
	add_words(out, "root=", root);
	add_words(out, "", extra);
}

void xm_cmdline_read(struct xm_config *cfg, const struct xm_field *f)
{
	const char *line;

	make_cmdline(cfg, f);
	line = cfg->dc.b_info.cmdline;
	if (line && cfg->dc.c_info.type == LIBXL_DOMAIN_TYPE_PV &&
	    strlen(line) > CMDLINE_MAX)
		xm_config_error(cfg, NULL, "the kernel's command line has %zu bytes; a PV guest gets %d",
				strlen(line), CMDLINE_MAX);
}

static libxl_string_list *words(const libxl_domain_config *dc, const struct xm_field *f)
{
	return (libxl_string_list *)((char *)dc + f->offset);
}

/* A list of strings, or one that stands for a list of one; an empty one says nothing. */
void xm_words_read(struct xm_config *cfg, const struct xm_field *f)
{
	libxl_string_list *list = words(&cfg->dc, f);
	const char *one;

	if (!xlu_cfg_get_list_as_string_list(cfg->xlu, f->name, list, 1))
		return;
	one = xm_config_string(cfg, f->name);
	if (!one || !*one)
		return;
	*list = xm_calloc(2, sizeof(**list));
	(*list)[0] = xm_strdup(one);
}

void xm_words_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f)
{
	char **args = *words(dc, f), *quoted;

	if (!args)
		return;
	fprintf(out, "%s = [", f->name);
	for (int i = 0; args[i]; i++) {
		quoted = xm_quoted(args[i], '\'');
		fprintf(out, "%s %s", i ? "," : "", quoted);
		free(quoted);
	}
	fputs(" ]\n", out);
}
