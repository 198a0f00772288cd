// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xend's configuration: xend-config.sxp, in the form that it always had, and
 * xend.conf with lines KEY = VALUE, which have the same keys in one table.
 * Called by xend, and by settings.c for what concerns every guest. Pure, no
 * libxl.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sxptree.h"
#include "util.h"
#include "xendconf.h"

enum kind { TEXT, NUMBER, SWITCH, NAMES, OBSOLETE };

#define ROW(name, kind, member) \
	{ name, kind, offsetof(struct xm_xendconf, member) }
#define OLD(name) { name, OBSOLETE, 0 }

static const struct row {
	const char *name;
	enum kind kind;
	size_t offset;
} rows[] = {
	ROW("xend-port", NUMBER, port),
	ROW("xend-address", TEXT, address),
	ROW("xend-http-server", SWITCH, http),
	ROW("xend-unix-path", TEXT, socket),
	ROW("xend-tls-certificate", TEXT, certificate),
	ROW("xend-tls-key", TEXT, key),
	ROW("xend-password-file", TEXT, password),
	ROW("xend-name", NAMES, names),
	ROW("network-script", NAMES, network),
	ROW("vif-bridge", TEXT, bridge),
	ROW("vif-script", TEXT, vif_script),
	ROW("vif-antispoof", SWITCH, antispoof),
	/* What Xen 2.0 to 4.1 had, and nothing needs today. */
	OLD("block-enbd"), OLD("block-file"), OLD("console-address"),
	OLD("console-limit"), OLD("console-port-base"), OLD("device-model"),
	OLD("dom0-cpus"), OLD("dom0-min-mem"), OLD("enable-dom0-ballooning"),
	OLD("enable-dump"), OLD("external-migration-tool"), OLD("keymap"),
	OLD("logfile"), OLD("loglevel"), OLD("max-blktap-dirty-pages"),
	OLD("total_available_memory"), OLD("vncpasswd"), OLD("vnc-listen"),
	OLD("vnc-tls"), OLD("vnc-x509-cert-dir"), OLD("vnc-x509-verify"),
	OLD("xend-debug"), OLD("xend-domains-lock-path"),
	OLD("xend-domains-path"), OLD("xend-relocation-address"),
	OLD("xend-relocation-hosts-allow"), OLD("xend-relocation-port"),
	OLD("xend-relocation-server"), OLD("xend-relocation-ssl-server"),
	OLD("xend-relocation-server-ssl-cert-file"),
	OLD("xend-relocation-server-ssl-key-file"),
	OLD("xend-tcp-xmlrpc-server"), OLD("xend-udev-event-server"),
	OLD("xend-unix-server"), OLD("xend-unix-xmlrpc-server"),
};

/* One file that is being read. */
struct reading {
	struct xm_xendconf *conf;
	const char *file;
	xm_xendconf_say *say;
};

static void XM_PRINTF(4, 5)
tell(struct reading *r, unsigned int line, bool bad, const char *fmt, ...)
{
	char *text, *all;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text)
		xm_no_memory();
	all = xm_asprintf("line %u: %s", line, text);
	r->say(r->file, bad, all);
	free(all);
	free(text);
}

static int set_switch(bool *to, const char *value)
{
	static const char *const words[2][5] = {
		{ "no", "off", "false", "0", "n" },
		{ "yes", "on", "true", "1", "y" },
	};

	for (int on = 0; on < 2; on++)
		for (int i = 0; i < 5; i++)
			if (!strcmp(value, words[on][i])) {
				*to = on;
				return 0;
			}
	return -1;
}

static int assign(struct reading *r, const char *key, const char *value,
		  unsigned int line)
{
	const struct row *row = NULL;
	void *to;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && !row; i++)
		if (!strcmp(rows[i].name, key))
			row = &rows[i];
	if (!row) {
		tell(r, line, true, "there is no key %s", key);
		return -1;
	}
	/* Presets stand in guests' configurations, see xm_is_utf8(). */
	if (row->kind != OBSOLETE && !xm_is_utf8(value)) {
		tell(r, line, true, "%s: it is not UTF-8", key);
		return -1;
	}
	if (row->kind != OBSOLETE && strchr(value, '\n')) {
		tell(r, line, true, "%s: it has more than one line", key);
		return -1;
	}
	to = (char *)r->conf + row->offset;
	switch (row->kind) {
	case OBSOLETE:
		tell(r, line, false, "%s has no meaning today, and is ignored",
		     key);
		return 0;
	case NUMBER:
		if (xm_number(value, 1, 65535, to))
			return 0;
		tell(r, line, true, "%s: '%s' is no number from 1 to 65535",
		     key, value);
		return -1;
	case SWITCH:
		if (!set_switch(to, value))
			return 0;
		tell(r, line, true, "%s: '%s' is neither yes nor no", key,
		     value);
		return -1;
	default:
		free(*(char **)to);
		*(char **)to = xm_strdup(value);
		return 0;
	}
}

static bool takes_several(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, key))
			return rows[i].kind == NAMES || rows[i].kind == OBSOLETE;
	return false;
}

/* "(key value)"; some keys take several words, others none, which is the empty one. */
static int assign_list(struct reading *r, const struct xm_sxp *item)
{
	char *value = xm_strdup("");
	int ret = -1;

	if (!item->count || !item->items[0].atom) {
		tell(r, item->line, true, "it is not of the form (KEY VALUE)");
		goto out;
	}
	if (item->count > 2 && !takes_several(item->items[0].atom)) {
		tell(r, item->line, true, "%s has more than one value; put it in quotes",
		     item->items[0].atom);
		goto out;
	}
	for (size_t i = 1; i < item->count; i++) {
		if (!item->items[i].atom) {
			tell(r, item->line, true, "the value of %s is a list",
			     item->items[0].atom);
			goto out;
		}
		xm_append(&value, "%s%s", i > 1 ? " " : "",
			  item->items[i].atom);
	}
	ret = assign(r, item->items[0].atom, value, item->line);
out:
	free(value);
	return ret;
}

/**
 * xm_xendconf_sxp() - read a text of the form of xend-config.sxp
 * @conf: initialised; gets what stands there
 * @file: its name, for messages
 * @text: the text
 * @len: its length
 * @say: gets messages
 *
 * Return: 0; -1 if there is an error, after a message about each.
 */
int xm_xendconf_sxp(struct xm_xendconf *conf, const char *file,
		    const char *text, size_t len, xm_xendconf_say *say)
{
	struct reading r = { conf, file, say };
	struct xm_sxp top;
	char *error = NULL;
	int ret = xm_sxp_parse(&top, text, len, &error);

	if (ret)
		say(file, true, error);
	for (size_t i = 0; !error && i < top.count; i++)
		ret |= assign_list(&r, &top.items[i]);
	free(error);
	xm_sxp_free(&top);
	return ret;
}

static char *unquote(char *value)
{
	size_t n = strlen(value);

	if (n < 2 || (*value != '"' && *value != '\'') ||
	    value[n - 1] != *value)
		return value;
	value[n - 1] = '\0';
	return value + 1;
}

/**
 * xm_xendconf_plain() - read a text of lines KEY = VALUE
 * @conf: initialised; gets what stands there
 * @file: its name, for messages
 * @text: the text
 * @len: its length
 * @say: gets messages
 *
 * Return: 0; -1 if there is an error, after a message about each.
 */
int xm_xendconf_plain(struct xm_xendconf *conf, const char *file,
		      const char *text, size_t len, xm_xendconf_say *say)
{
	struct reading r = { conf, file, say };
	char *copy = xm_calloc(len + 1, 1), *rest = copy, *line, *eq;
	unsigned int number = 0;
	int ret = 0;

	memcpy(copy, text, len);
	if (strlen(copy) != len) {
		say(file, true, "there is a NUL byte in it");
		ret = -1;
	}
	while ((line = strsep(&rest, "\n"))) {
		number++;
		line = xm_trim(line);
		if (!*line || *line == '#')
			continue;
		eq = strchr(line, '=');
		if (!eq) {
			tell(&r, number, true, "it is not of the form KEY = VALUE");
			ret = -1;
			continue;
		}
		*eq = '\0';
		ret |= assign(&r, xm_trim(line), unquote(xm_trim(eq + 1)),
			      number);
	}
	free(copy);
	return ret;
}

/* What reads as it, as a text of lines KEY = VALUE, to be freed. */
char *xm_xendconf_text(const struct xm_xendconf *conf)
{
	char *text = xm_strdup("");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const void *at = (const char *)conf + row->offset;

		if (row->kind == NUMBER)
			xm_append(&text, "%s = %ld\n", row->name, *(const long *)at);
		else if (row->kind == SWITCH)
			xm_append(&text, "%s = %s\n", row->name,
				  *(const bool *)at ? "yes" : "no");
		else if (row->kind != OBSOLETE && *(char *const *)at)
			xm_append(&text, "%s = \"%s\"\n", row->name,
				  *(char *const *)at);
	}
	return text;
}

void xm_xendconf_init(struct xm_xendconf *conf)
{
	memset(conf, 0, sizeof(*conf));
	conf->port = 8000;
	conf->address = xm_strdup("localhost");
	conf->http = true;
	conf->socket = xm_strdup("/run/xen/xend/socket");
	conf->password = xm_strdup("/etc/xen/xend-password");
}

void xm_xendconf_free(struct xm_xendconf *conf)
{
	free(conf->address);
	free(conf->socket);
	free(conf->certificate);
	free(conf->key);
	free(conf->password);
	free(conf->names);
	free(conf->network);
	free(conf->bridge);
	free(conf->vif_script);
	memset(conf, 0, sizeof(*conf));
}

typedef int parser(struct xm_xendconf *conf, const char *file,
		   const char *text, size_t len, xm_xendconf_say *say);

static int read_file(struct xm_xendconf *conf, const char *file, parser *parse,
		     bool required, xm_xendconf_say *say)
{
	size_t len;
	char *text = xm_readfile(file, &len);
	int ret;

	if (!text) {
		if (errno == ENOENT && !required)
			return 0;
		say(file, true, strerror(errno));
		return -1;
	}
	ret = parse(conf, file, text, len, say);
	free(text);
	return ret;
}

/**
 * xm_xendconf_read() - read both files, of which either may be missing
 * @conf: filled in; to be freed by xm_xendconf_free() in any case
 * @sxp: the one
 * @plain: the other, which holds against the first
 * @say: gets messages
 *
 * Return: 0; -1 if there is an error, after a message about each.
 */
int xm_xendconf_read(struct xm_xendconf *conf, const char *sxp,
		     const char *plain, xm_xendconf_say *say)
{
	int ret;

	xm_xendconf_init(conf);
	ret = read_file(conf, sxp, xm_xendconf_sxp, false, say);
	return read_file(conf, plain, xm_xendconf_plain, false, say) | ret;
}

/**
 * xm_xendconf_file() - read one file, which has to be there, and no other
 * @conf: filled in; to be freed by xm_xendconf_free() in any case
 * @file: the file; of lines KEY = VALUE if its name ends in ".conf"
 * @say: gets messages
 *
 * Return: 0; -1 if there is an error, after a message about each.
 */
int xm_xendconf_file(struct xm_xendconf *conf, const char *file,
		     xm_xendconf_say *say)
{
	size_t n = strlen(file);
	bool plain = n > 5 && !strcmp(file + n - 5, ".conf");

	xm_xendconf_init(conf);
	return read_file(conf, file,
			 plain ? xm_xendconf_plain : xm_xendconf_sxp, true, say);
}

/* Do only programs of this host reach a server at @address? */
bool xm_xendconf_local(const char *address)
{
	return !strcmp(address, "localhost") || !strcmp(address, "::1") ||
	       !strcmp(address, "127.0.0.1");
}

/* Is this the network script, whatever stands behind it? */
bool xm_xendconf_network(const struct xm_xendconf *conf, const char *name)
{
	const char *at = conf->network ? conf->network : "";
	size_t len;

	at += strspn(at, " \t");
	len = strcspn(at, " \t");
	return len == strlen(name) && !strncmp(at, name, len);
}

/* Where a word of the network script's begins that starts so; NULL: nowhere. */
static const char *network_word(const struct xm_xendconf *conf,
				const char *start)
{
	const char *at = conf->network;

	while (at && *at) {
		at += strspn(at, " \t");
		if (xm_starts(at, start))
			return at + strlen(start);
		at += strcspn(at, " \t");
	}
	return NULL;
}

/* Do interfaces drop forged frames unless their guest's file says otherwise? */
bool xm_xendconf_guards(const struct xm_xendconf *conf)
{
	const char *rest = network_word(conf, "antispoof=yes");

	return conf->antispoof || (rest && strchr(" \t", *rest));
}

/* The hotplug script for interfaces that name none; NULL: nothing says it. */
const char *xm_xendconf_script(const struct xm_xendconf *conf)
{
	if (conf->vif_script)
		return conf->vif_script;
	return xm_xendconf_network(conf, "network-route") ? "vif-route" : NULL;
}

/**
 * xm_xendconf_bridge() - the bridge for interfaces that name none
 * @conf: the configuration
 * @mine: gets memory to be freed, or NULL
 *
 * Return: vif-bridge, or that of "network-bridge bridge=NAME"; NULL: neither
 * says it.
 */
const char *xm_xendconf_bridge(const struct xm_xendconf *conf, char **mine)
{
	const char *name = network_word(conf, "bridge=");

	*mine = NULL;
	if (conf->bridge || !name)
		return conf->bridge;
	*mine = xm_strndup(name, strcspn(name, " \t"));
	return *mine;
}
