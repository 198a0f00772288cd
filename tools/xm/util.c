// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that can't run out half way, strings, and messages in one form.
 * Called from everywhere in xm; calls only libc.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* Nothing that is read here has a reason to be larger. */
#define FILE_MAX (4 << 20)

int xm_verbose;
bool xm_syslog;
const char *xm_program = "xm";

static int log_fd = -1;

void xm_no_memory(void)
{
	fputs("xm: out of memory\n", stderr);
	exit(1);
}

static void *checked(void *p)
{
	if (!p)
		xm_no_memory();
	return p;
}

void *xm_calloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size));
}

/**
 * xm_grow() - make room for one more element, zeroed, at index @n
 * @array: what grows, NULL at first
 * @n: elements in use
 * @size: of one element
 *
 * Return: the array, possibly moved.
 */
void *xm_grow(void *array, size_t n, size_t size)
{
	array = checked(reallocarray(array, n + 1, size));
	memset((char *)array + n * size, 0, size);
	return array;
}

char *xm_strdup(const char *s)
{
	return checked(strdup(s));
}

char *xm_strndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *xm_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return checked(s);
}

/* Append to *s, which may be NULL. */
void xm_append(char **s, const char *fmt, ...)
{
	char *more, *all;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&more, fmt, ap) < 0)
		more = NULL;
	va_end(ap);
	checked(more);
	all = xm_asprintf("%s%s", *s ? *s : "", more);
	free(more);
	free(*s);
	*s = all;
}

/**
 * xm_quoted() - a string as it stands in a configuration file
 * @s: what is meant
 * @quote: which quotes to put around it
 *
 * Return: a string that libxlutil reads back to @s, to be freed.
 */
char *xm_quoted(const char *s, char quote)
{
	char *text = xm_calloc(2, strlen(s) + 2), *p = text;

	*p++ = quote;
	for (; *s; s++) {
		if (*s == quote || strchr("\\\n\r", *s))
			*p++ = '\\';
		*p++ = *s == '\n' ? 'n' : *s == '\r' ? 'r' : *s;
	}
	*p = quote;
	return text;
}

/* Cut white space off both ends, in place. */
char *xm_trim(char *s)
{
	char *end;

	s += strspn(s, " \t\r\n");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r\n", end[-1]))
		end--;
	*end = '\0';
	return s;
}

bool xm_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* A whole string that is one number within bounds; false leaves *value. */
bool xm_number(const char *s, long min, long max, long *value)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 0);
	if (errno || end == s || *end || v < min || v > max)
		return false;
	*value = v;
	return true;
}

/**
 * xm_readfile() - read a whole file
 * @path: the file, "-" for standard input
 * @len: bytes read; may be NULL. A NUL byte follows the data.
 *
 * Return: the bytes, to be freed, or NULL with errno set. A file without end, as
 * a device may be, is too large.
 */
char *xm_readfile(const char *path, size_t *len)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *data = NULL, chunk[4096];
	size_t used = 0, room = 0, n;
	int err;

	if (!in)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		if (used + n >= room) {
			room = 2 * (used + n) + 1;
			data = checked(realloc(data, room));
		}
		memcpy(data + used, chunk, n);
		used += n;
		if (used > FILE_MAX)
			break;
	}
	err = ferror(in) ? (errno ? errno : EIO) : used > FILE_MAX ? EFBIG : 0;
	if (in != stdin)
		fclose(in);
	if (err) {
		free(data);
		errno = err;
		return NULL;
	}
	if (!data)
		data = xm_calloc(1, 1);
	data[used] = '\0';
	if (len)
		*len = used;
	return data;
}

/**
 * xm_letter() - what a terminal shows, and JSON may have in it
 * @text: may be anything
 *
 * Return: how many bytes the letter takes that @text begins with, in UTF-8; 0 if it is
 * none, or one that controls a terminal.
 */
size_t xm_letter(const char *text)
{
	/* From where a first byte has so many others, and the least that they encode. */
	static const unsigned char first[] = { 0xc0, 0xe0, 0xf0, 0xf8 };
	static const unsigned long least[] = { 0, 0xa0, 0x800, 0x10000 };
	unsigned char c = *text;
	unsigned long code;
	size_t more = 0;

	if (c < 0x80)
		return c >= ' ' && c != 0x7f;
	while (more < 4 && c >= first[more])
		more++;
	if (!more || more == 4)
		return 0;
	code = c & (0x3f >> more);
	for (size_t i = 1; i <= more; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return more + 1;
}

/**
 * xm_is_utf8() - can a text stand in a guest's configuration?
 * @text: may be anything
 *
 * Libxl keeps the configuration of each guest as JSON, and cannot read it again if it has
 * anything else in it: then the guest cannot be saved, and is not made anew when it reboots.
 */
bool xm_is_utf8(const char *text)
{
	size_t len;

	for (; *text; text += len) {
		len = (unsigned char)*text < 0x80 ? 1 : xm_letter(text);
		if (!len)
			return false;
	}
	return true;
}

/**
 * xm_printable() - make a text one line that no terminal obeys
 * @text: changed in place: what is no letter becomes a question mark
 *
 * Messages quote what stands in xenstore, and some of that was written by a
 * driver domain.
 */
void xm_printable(char *text)
{
	size_t len;

	for (char *p = text; *p; p += len ? len : 1) {
		len = xm_letter(p);
		if (!len)
			*p = *p == '\n' || *p == '\t' ? ' ' : '?';
	}
}

/* As a shell would find it, or a hotplug program, which has less in its PATH. */
bool xm_program_found(const char *name)
{
	const char *path = getenv("PATH");
	char *all = xm_asprintf("%s:/usr/sbin:/sbin", path ? path : "/usr/bin");
	char *rest = NULL, *file;
	bool found = strchr(name, '/') && !access(name, X_OK);

	for (char *dir = strtok_r(all, ":", &rest); dir && !found;
	     dir = strtok_r(NULL, ":", &rest)) {
		file = xm_asprintf("%s/%s", dir, name);
		found = !access(file, X_OK);
		free(file);
	}
	free(all);
	return found;
}

/* One byte to whoever waits for it; false if nobody does any more. */
bool xm_tell(int fd)
{
	sighandler_t old = signal(SIGPIPE, SIG_IGN);
	bool told = write(fd, "", 1) == 1;

	signal(SIGPIPE, old);
	return told;
}

/* When: for a log that is read later; syslog has a time of its own. */
static const char *stamp(void)
{
	static char text[32];
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm) ||
	    !strftime(text, sizeof(text), "%F %T ", &tm))
		return "";
	return text;
}

/* Messages go to this file as well, each with its time. */
void xm_log_to(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
		      O_NOFOLLOW, 0640);

	if (fd < 0)
		return;
	if (log_fd >= 0)
		close(log_fd);
	log_fd = fd;
}

/* One line, written at once: others write there, too. */
static void record(const char *text)
{
	char *line = xm_asprintf("%s%s: %s\n", stamp(), xm_program, text);

	/* If there is no room, syslog has it. */
	if (write(log_fd, line, strlen(line)) < 0)
		errno = 0;
	free(line);
}

static void XM_PRINTF(2, 0)
say(const char *subject, const char *fmt, va_list ap)
{
	char *text, *line;

	if (vasprintf(&text, fmt, ap) < 0)
		xm_no_memory();
	line = xm_asprintf("%s: %s", subject, text);
	xm_printable(line);
	/* Whatever a script reads from standard output comes first. */
	fflush(stdout);
	fprintf(stderr, "%s%s: %s\n", xm_syslog ? stamp() : "", xm_program, line);
	if (log_fd >= 0)
		record(line);
	if (xm_syslog)
		syslog(LOG_NOTICE, "%s", line);
	free(line);
	free(text);
}

void xm_error(const char *subject, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(subject, fmt, ap);
	va_end(ap);
}

/* Said only with -v. */
void xm_note(const char *subject, const char *fmt, ...)
{
	va_list ap;

	if (!xm_verbose)
		return;
	va_start(ap, fmt);
	say(subject, fmt, ap);
	va_end(ap);
}
