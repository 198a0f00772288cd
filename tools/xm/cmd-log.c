// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm log: what the processes that watch over guests have said, of all guests in the
 * order of time, or of some.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "keep.h"
#include "xm.h"

/* "2026-11-29 14:05:37 " */
#define STAMP 20

/**
 * struct lines - some lines of logs
 * @list: each with the time that it is sorted by, and its place among equals
 * @count: how many
 */
struct lines {
	struct line {
		char when[STAMP];
		size_t place;
		char *text;
	} *list;
	size_t count;
};

static const char *directory(void)
{
	const char *dir = getenv("XM_LOGS");	/* for tests */

	return dir ? dir : XM_LOGS;
}

/* A line that has no time belongs to the one before it. */
static void add_line(struct lines *l, const char *text, char when[STAMP])
{
	struct line *line;

	if (strlen(text) > STAMP && text[4] == '-' && text[7] == '-' &&
	    text[10] == ' ' && text[13] == ':' && text[STAMP - 1] == ' ')
		memcpy(when, text, STAMP - 1);	/* that many are known to be there */
	l->list = xm_grow(l->list, l->count, sizeof(*l->list));
	line = &l->list[l->count];
	line->place = l->count++;
	line->text = xm_strdup(text);
	memcpy(line->when, when, STAMP);
}

static int add_file(struct lines *l, const char *path)
{
	char when[STAMP] = "", *text = NULL;
	FILE *in = fopen(path, "re");
	size_t size = 0;

	if (!in) {
		xm_error(path, "%s", strerror(errno));
		return XM_FAIL;
	}
	while (getline(&text, &size, in) > 0) {
		text[strcspn(text, "\n")] = '\0';
		add_line(l, text, when);
	}
	free(text);
	fclose(in);
	return XM_OK;
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = strcmp(x->when, y->when);

	return order ? order : x->place < y->place ? -1 : 1;
}

/* What a file holds may have come from a guest: no terminal obeys it. */
static void print(char *text)
{
	xm_printable(text);
	puts(text);
}

static void print_last(struct lines *l, size_t most)
{
	if (l->count)
		qsort(l->list, l->count, sizeof(*l->list), by_time);
	for (size_t i = 0; i < l->count; i++) {
		if (!most || i + most >= l->count)
			print(l->list[i].text);
		free(l->list[i].text);
	}
	free(l->list);
}

/* The files, with NULL at the end. */
static int find_files(char **names, int n, glob_t *found)
{
	char *pattern, *name;
	int ret = XM_OK;

	memset(found, 0, sizeof(*found));
	for (int i = 0; i < (n ? n : 2); i++) {
		name = xm_strdup(n ? names[i] : "*");
		for (char *p = name; *p; p++)
			if (*p == '/')
				*p = '_';
		pattern = i && !n ? xm_asprintf("%s/xend.log", directory()) :
			  xm_asprintf("%s/xm-%s.log", directory(), name);
		if (glob(pattern, i ? GLOB_APPEND : 0, NULL, found) && n) {
			xm_error(names[i], "has no log (%s); 'xm log' shows all there are",
				 pattern);
			ret = XM_NOTFOUND;
		}
		free(pattern);
		free(name);
	}
	return ret;
}

/* It ends with this process, also if that is killed. */
static void __attribute__((noreturn))
tail(const glob_t *found, long most, int out)
{
	char **argv = xm_calloc(found->gl_pathc + 6, sizeof(*argv));
	char *count = xm_asprintf("%ld", most ? most : 10);
	size_t n = 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(out, STDOUT_FILENO);
	argv[n++] = (char *)"tail";
	argv[n++] = (char *)"-qFn";
	argv[n++] = count;
	argv[n++] = (char *)"--";
	for (size_t i = 0; i < found->gl_pathc; i++)
		argv[n++] = found->gl_pathv[i];
	execvp("tail", argv);
	xm_error("tail", "could not be started: %s", strerror(errno));
	_exit(1);
}

/* Wait for a line. False: nobody reads what is printed here any more. */
static bool is_read(FILE *in)
{
	struct pollfd fds[] = {
		{ .fd = fileno(in), .events = POLLIN },
		{ .fd = STDOUT_FILENO },	/* its end is told in any case */
	};

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0)
		if (errno != EINTR)
			return false;
	return !(fds[1].revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int follow(const glob_t *found, long most)
{
	char *text = NULL;
	size_t size = 0;
	int ends[2];
	pid_t pid;
	FILE *in = NULL;

	if (!pipe2(ends, O_CLOEXEC))
		in = fdopen(ends[0], "r");
	if (!in) {
		xm_error("log", "%s", strerror(errno));
		return XM_FAIL;
	}
	/* What lies in a buffer of ours, poll() would not see. */
	setvbuf(in, NULL, _IONBF, 0);
	pid = fork();
	if (!pid)
		tail(found, most, ends[1]);
	close(ends[1]);
	while (pid > 0 && is_read(in) && getline(&text, &size, in) > 0) {
		text[strcspn(text, "\n")] = '\0';
		print(text);
		/* Who ignores SIGPIPE, as xend's do, learns it by this. */
		if (fflush(stdout))
			break;
	}
	/* Nobody ends tail but with a signal, and that comes here, too. */
	free(text);
	fclose(in);
	return XM_FAIL;
}

int cmd_log(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "follow", no_argument, NULL, 'f' },
		{ "lines", required_argument, NULL, 'n' },
		XM_LONGOPTS
	};
	struct lines lines = { .count = 0 };
	bool following = false;
	glob_t found;
	long most = 0;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "fn:", longs)) != -1) {
		if (c == 'f')
			following = true;
		else if (!xm_number(optarg, 1, 1L << 30, &most))
			return xm_usage(argv[0], "'%s' is not a number of lines",
					optarg);
	}
	ret = find_files(argv + optind, argc - optind, &found);
	if (!ret && following && !found.gl_pathc) {
		xm_error("log", "there is nothing to follow yet in %s",
			 directory());
		ret = XM_NOTFOUND;
	} else if (!ret && following) {
		ret = follow(&found, most);
	} else {
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (add_file(&lines, found.gl_pathv[i]))
				ret = ret ? ret : XM_FAIL;
		print_last(&lines, most);
		if (fflush(stdout))
			ret = XM_FAIL;
	}
	globfree(&found);
	return ret;
}
