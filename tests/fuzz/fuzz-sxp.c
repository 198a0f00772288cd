// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target: xend's configuration (tools/xm/sxptree.c, xendconf.c).
 *
 * Holds: what is read is text, written again it is read as the same; it is not
 * deeper than it may be; an error has its line; a configuration in either form has
 * a port, and all its strings.
 */
#include "holds.h"
#include "sxptree.h"
#include "util.h"
#include "xendconf.h"

static void put(FILE *out, const struct xm_sxp *sxp, unsigned int depth)
{
	HOLDS(depth <= XM_SXP_DEPTH + 1);
	HOLDS(!sxp->atom || !sxp->count);
	if (sxp->atom) {
		fputc('"', out);
		for (const char *p = sxp->atom; *p; p++) {
			if (*p == '"' || *p == '\\')
				fputc('\\', out);
			if (*p == '\n')
				fputs("\\n", out);
			else
				fputc(*p, out);
		}
		fputs("\" ", out);
		return;
	}
	if (depth)
		fputc('(', out);
	for (size_t i = 0; i < sxp->count; i++)
		put(out, &sxp->items[i], depth + 1);
	if (depth)
		fputc(')', out);
}

static char *text_of(const struct xm_sxp *top)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	put(out, top, 0);
	fclose(out);
	return text;
}

static void check_sxp(const char *data, size_t size)
{
	struct xm_sxp top, again;
	char *error = NULL, *text, *second;
	unsigned int line;

	if (xm_sxp_parse(&top, data, size, &error)) {
		HOLDS(error && sscanf(error, "line %u: ", &line) == 1 && line);
	} else {
		HOLDS(!error);
		text = text_of(&top);
		HOLDS(!xm_sxp_parse(&again, text, strlen(text), &error));
		second = text_of(&again);
		HOLDS(!strcmp(text, second));
		xm_sxp_free(&again);
		free(second);
		free(text);
	}
	free(error);
	xm_sxp_free(&top);
}

static int bad;

static void say(const char *file, bool is_bad, const char *text)
{
	HOLDS(file && text);
	bad += is_bad;
}

typedef int parser(struct xm_xendconf *conf, const char *file,
		   const char *text, size_t len, xm_xendconf_say *say);

/* Written down and read again it is the same. */
static void check_text(const struct xm_xendconf *conf)
{
	char *text = xm_xendconf_text(conf), *second;
	struct xm_xendconf again;

	xm_xendconf_init(&again);
	HOLDS(!xm_xendconf_plain(&again, "again", text, strlen(text), say));
	second = xm_xendconf_text(&again);
	HOLDS(!strcmp(text, second));
	xm_xendconf_free(&again);
	free(second);
	free(text);
}

static void check_conf(parser *parse, const char *data, size_t size)
{
	struct xm_xendconf conf;
	char *mine;
	int ret;

	bad = 0;
	xm_xendconf_init(&conf);
	ret = parse(&conf, "file", data, size, say);
	HOLDS(!ret == !bad);
	HOLDS(conf.port >= 1 && conf.port <= 65535);
	HOLDS(conf.address && conf.socket && conf.password);
	xm_xendconf_bridge(&conf, &mine);
	xm_xendconf_script(&conf);
	xm_xendconf_guards(&conf);
	check_text(&conf);
	free(mine);
	xm_xendconf_free(&conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* To the byte, so that a read behind it is seen. */
	char *text = malloc(size);

	memcpy(text, data, size);
	check_sxp(text, size);
	check_conf(xm_xendconf_sxp, text, size);
	check_conf(xm_xendconf_plain, text, size);
	free(text);
	return 0;
}
