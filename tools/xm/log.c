// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's log. Its messages are noise to who typed the command, so they are
 * shown only with -v; but when libxl fails, the message that names the cause
 * is what the user needs, so errors are kept. Used by host.c and by every verb
 * that reports a failure of libxl.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "xm.h"

/**
 * struct xm_log - a logger for libxl
 * @vtable: what libxl calls; first, so that the two pointers are the same
 * @shown: messages of this level and above go to stderr
 * @first: the first error: nearly always the cause
 * @script: what a hotplug script said: better than @first
 */
struct xm_log {
	xentoollog_logger vtable;
	xentoollog_level shown;
	char *first;
	char *script;
};

/* libxl's own prefix "file.c:123:function: " tells a user nothing. */
static const char *skip_origin(const char *s)
{
	const char *p = strstr(s, ".c:");

	if (!p)
		return s;
	p += 3;
	p += strspn(p, "0123456789");
	if (*p != ':')
		return s;
	p++;
	s = p;
	p += strcspn(p, ": ");
	if (*p == ':')
		s = p + 1;
	return s + strspn(s, " ");
}

static void keep(struct xm_log *log, const char *text)
{
	const char *said = strstr(text, "script: ");

	if (!log->first)
		log->first = xm_strdup(skip_origin(text));
	if (said && !log->script)
		log->script = xm_strdup(said + strlen("script: "));
}

static void XM_PRINTF(5, 0)
log_vmessage(xentoollog_logger *logger, xentoollog_level level, int errnoval,
	     const char *context, const char *format, va_list al)
{
	struct xm_log *log = (struct xm_log *)logger;
	char *text;

	if (vasprintf(&text, format, al) < 0)
		return;
	if (errnoval >= 0)
		xm_append(&text, ": %s", strerror(errnoval));
	xm_printable(text);
	if (level >= XTL_ERROR)
		keep(log, text);
	if (level >= log->shown)
		fprintf(stderr, "%s: %s: %s\n", context ? context : "libxl",
			xtl_level_to_string(level), text);
	free(text);
}

static void log_progress(xentoollog_logger *logger, const char *context,
			 const char *doing_what, int percent,
			 unsigned long done, unsigned long total)
{
	(void)logger;
	(void)context;
	(void)doing_what;
	(void)percent;
	(void)done;
	(void)total;
}

static void log_destroy(xentoollog_logger *logger)
{
	xm_log_free((struct xm_log *)logger);
}

struct xm_log *xm_log_new(xentoollog_level shown)
{
	struct xm_log *log = xm_calloc(1, sizeof(*log));

	log->vtable.vmessage = log_vmessage;
	log->vtable.progress = log_progress;
	log->vtable.destroy = log_destroy;
	log->shown = shown;
	return log;
}

void xm_log_free(struct xm_log *log)
{
	if (!log)
		return;
	free(log->first);
	free(log->script);
	free(log);
}

/* What is said from here on is about something else. */
static void forget(struct xm_log *log)
{
	free(log->first);
	free(log->script);
	log->first = NULL;
	log->script = NULL;
}

/* The best explanation that libxl gave, or NULL if it said nothing. */
const char *xm_log_cause(const struct xm_log *log)
{
	return log->script ? log->script : log->first;
}

/**
 * xm_libxl_why() - why a libxl call failed, for a message that comes later
 * @host: whose log is asked
 *
 * Return: libxl's reason, to be freed.
 */
char *xm_libxl_why(struct xm_host *host)
{
	const char *cause = xm_log_cause(host->log);
	char *why = xm_strdup(cause ? cause : "libxl gave no reason; -v shows its log");

	forget(host->log);
	return why;
}

/**
 * xm_libxl_failed() - report that a libxl call failed, with libxl's reason
 * @host: whose log is asked
 * @subject: the domain or device
 * @what: what could not be done
 *
 * Return: XM_FAIL, to be returned by the caller.
 */
int xm_libxl_failed(struct xm_host *host, const char *subject,
		    const char *what)
{
	char *why = xm_libxl_why(host);

	xm_error(subject, "%s: %s", what, why);
	free(why);
	return XM_FAIL;
}
