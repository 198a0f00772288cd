// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a guest's configuration into libxl's structure: today's keys by the
 * table in fields.c, Xen 2.0's in classic.c. The file is scanned for its keys
 * first (scan.c), then libxlutil parses it. Called by cmd-create.c.
 *
 * The first error is reported and sets @failed; later ones are consequences,
 * so they are not printed and the code below need not check after each key.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "fields.h"
#include "keys.h"

static void XM_PRINTF(4, 0) report(struct xm_config *cfg, const char *kind,
				   const char *key, const char *fmt,
				   va_list ap)
{
	int line = key ? xm_scan_line(&cfg->scan, key) : 0;

	fprintf(cfg->report, "xm: %s", cfg->file);
	if (line > cfg->scan.lines)
		fputs(": command line", cfg->report);
	else if (line)
		fprintf(cfg->report, ":%d", line);
	fprintf(cfg->report, ": %s%s%s", kind, key ? key : "",
		key ? ": " : "");
	vfprintf(cfg->report, fmt, ap);
	fputc('\n', cfg->report);
}

void xm_config_warn(struct xm_config *cfg, const char *key, const char *fmt,
		    ...)
{
	va_list ap;

	if (cfg->quiet || cfg->failed)
		return;
	va_start(ap, fmt);
	report(cfg, "warning: ", key, fmt, ap);
	va_end(ap);
}

void xm_config_error(struct xm_config *cfg, const char *key, const char *fmt,
		     ...)
{
	va_list ap;

	if (!cfg->failed) {
		va_start(ap, fmt);
		report(cfg, "", key, fmt, ap);
		va_end(ap);
	}
	cfg->failed = true;
}

bool xm_config_has(struct xm_config *cfg, const char *key)
{
	return xm_scan_line(&cfg->scan, key) != 0;
}

/* The value as a string; numbers are strings, too. NULL if not there. */
const char *xm_config_string(struct xm_config *cfg, const char *key)
{
	const char *value;
	int err = xlu_cfg_get_string(cfg->xlu, key, &value, 1);

	if (!err)
		return value;
	if (err != ESRCH)
		xm_config_error(cfg, key, "must be a string, not a list");
	return NULL;
}

bool xm_config_long(struct xm_config *cfg, const char *key, long min, long max,
		    long *value)
{
	const char *s = xm_config_string(cfg, key);

	if (!s)
		return false;
	if (xm_number(s, min, max, value))
		return true;
	xm_config_error(cfg, key, "'%s' is not a number from %ld to %ld", s,
			min, max);
	return false;
}

static bool is_utf8(struct xm_config *cfg, const char *key)
{
	XLU_ConfigList *list;
	const char *value;
	bool good = true;
	int n;

	if (!xlu_cfg_get_string(cfg->xlu, key, &value, 1))
		return xm_is_utf8(value);
	if (xlu_cfg_get_list(cfg->xlu, key, &list, &n, 1))
		return true;
	for (int i = 0; i < n; i++) {
		value = xlu_cfg_get_listitem(list, i);
		good &= !value || xm_is_utf8(value);
	}
	return good;
}

/* Whether a key says something about this guest, as far as its type is known. */
static bool counts(struct xm_config *cfg, const char *key)
{
	enum xm_key_kind kind = xm_key_find(key)->kind;

	return kind == XM_KEY_READ || kind == XM_KEY_CLASSIC ||
	       (kind == XM_KEY_HVM && cfg->dc.c_info.type == LIBXL_DOMAIN_TYPE_HVM);
}

/* Of keys that count: what is not read may be in any language. */
static void check_letters(struct xm_config *cfg)
{
	for (size_t i = 0; !cfg->failed && i < cfg->scan.count; i++) {
		const char *key = cfg->scan.keys[i].name;

		if (counts(cfg, key) && !is_utf8(cfg, key))
			xm_config_error(cfg, key, "it is not UTF-8; 'iconv -f latin1 -t utf-8' makes a file so that is Latin-1");
	}
}

/* What xm of Xen 2.0 did without being told. */
static void check_presets(struct xm_config *cfg)
{
	if (!xm_config_has(cfg, "vif") && !xm_config_has(cfg, "nics"))
		xm_config_warn(cfg, NULL, "there is neither vif nor nics: the guest has no interface; Xen 2.0 made one, as vif = [ '' ] does");
}

/* Keys that aren't today's, in the order in which they stand in the file. */
static void read_other_keys(struct xm_config *cfg)
{
	const struct xm_keyinfo *info;
	bool classic = false;

	for (size_t i = 0; i < cfg->scan.count; i++) {
		const struct xm_key *key = &cfg->scan.keys[i];

		if (key->line != xm_scan_line(&cfg->scan, key->name))
			continue;	/* a later line overrides it */
		info = xm_key_find(key->name);
		/* No later file has it, and every example of Xen 2.0's has. */
		classic |= !strcmp(key->name, "cpu");
		if (info->kind == XM_KEY_CLASSIC)
			xm_classic_key(cfg, key->name);
		else if (info->kind != XM_KEY_UNKNOWN && !counts(cfg, key->name))
			xm_config_warn(cfg, key->name, "ignored: %s",
				       info->hint);
		else if (info->kind == XM_KEY_UNKNOWN)
			xm_config_warn(cfg, key->name, "unknown key, ignored");
	}
	if (classic)
		check_presets(cfg);
}

static void check_required(struct xm_config *cfg)
{
	if (cfg->dc.c_info.type == LIBXL_DOMAIN_TYPE_HVM)
		xm_hvm_check(cfg);
	else if (!cfg->dc.b_info.kernel && !cfg->dc.b_info.bootloader)
		xm_config_error(cfg, NULL,
				"kernel is not set; add a line kernel = \"/boot/vmlinuz...\"");
}

static void syntax_error(struct xm_config *cfg, int line, const char *what)
{
	if (line > cfg->scan.lines)
		xm_config_error(cfg, NULL, "command line: %s", what);
	else
		xm_config_error(cfg, NULL, "line %d: %s", line, what);
}

/* libxlutil says ":LINE: config parsing error near `TEXT': REASON". */
static void parse_failed(struct xm_config *cfg)
{
	char *near, *reason, *what;
	int line;

	fflush(cfg->said_out);
	if (sscanf(cfg->said, ":%d", &line) != 1)
		line = 0;
	near = strstr(cfg->said, "near `");
	reason = near ? strstr(near, "': ") : NULL;
	if (reason)
		reason[1] = '\0';
	what = xm_asprintf("not of the form KEY = VALUE, %s",
			   reason ? near : "says libxlutil");
	syntax_error(cfg, line, what);
	free(what);
}

static int parse_text(struct xm_config *cfg, const char *text, char **args,
		      int nargs)
{
	char *all = xm_strdup(text), *line;
	int file_lines = 1, bad;

	for (const char *p = text; *p; p++)
		file_lines += *p == '\n';
	xm_append(&all, "\n");
	for (int i = 0; i < nargs; i++) {
		line = xm_scan_argument(args[i]);
		if (!line)
			xm_config_error(cfg, NULL, "'%s' is not of the form KEY=VALUE",
					args[i]);
		xm_append(&all, "%s", line ? line : "");
		free(line);
	}
	bad = xm_scan_text(&cfg->scan, all);
	cfg->scan.lines = file_lines;
	if (bad)
		syntax_error(cfg, cfg->scan.error_line, cfg->scan.error);
	else if (xlu_cfg_readdata(cfg->xlu, cfg->scan.text,
				  strlen(cfg->scan.text)))
		parse_failed(cfg);
	free(all);
	return cfg->failed ? -1 : 0;
}

/**
 * xm_config_read() - read a guest's configuration
 * @cfg: initialised; filled in
 * @text: the file
 * @args: KEY=VALUE from the command line; they override the file
 * @nargs: how many
 *
 * Return: 0, or -1 after a message.
 */
int xm_config_read(struct xm_config *cfg, const char *text, char **args,
		   int nargs)
{
	if (parse_text(cfg, text, args, nargs))
		return -1;
	check_letters(cfg);
	for (size_t i = 0; i < xm_field_count; i++)
		if (xm_fields[i].read && xm_field_is_of(&xm_fields[i], cfg->dc.c_info.type))
			xm_fields[i].read(cfg, &xm_fields[i]);
	/* Again: now its type is known, and so what counts. */
	check_letters(cfg);
	read_other_keys(cfg);
	check_required(cfg);
	return cfg->failed ? -1 : 0;
}

/**
 * xm_config_init() - start with an empty configuration
 * @cfg: to be freed with xm_config_free()
 * @file: its name, for messages; has to stay
 * @report: where messages go
 */
void xm_config_init(struct xm_config *cfg, const char *file, FILE *report)
{
	memset(cfg, 0, sizeof(*cfg));
	libxl_domain_config_init(&cfg->dc);
	cfg->file = file;
	cfg->report = report;
	cfg->said_out = open_memstream(&cfg->said, &cfg->said_len);
	cfg->xlu = cfg->said_out ? xlu_cfg_init(cfg->said_out, "") : NULL;
	if (!cfg->xlu)
		xm_no_memory();
}

void xm_config_free(struct xm_config *cfg)
{
	for (int i = 0; i < cfg->dc.num_disks; i++)
		xm_disk_free(&cfg->disks[i]);
	free(cfg->disks);
	libxl_domain_config_dispose(&cfg->dc);
	xlu_cfg_destroy(cfg->xlu);
	xm_scan_free(&cfg->scan);
	fclose(cfg->said_out);
	free(cfg->said);
}
