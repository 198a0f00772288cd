// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxenstore's calls on a directory, for a test of the hotplug program on a
 * machine without Xen. A node is a file, or a directory if it has children.
 *
 *   FAKE_STORE    the directory
 *   FAKE_WRITTEN  a file that gets a line NAME=VALUE for each node written
 *   FAKE_AGAIN    how many transactions fail because somebody else was faster
 *   FAKE_VANISH   a node that goes when a transaction begins
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xenstore.h>

#include "util.h"

static int transactions;	/* those that were started */
static char *pending;		/* lines PATH=VALUE */

static char *place(const char *node)
{
	return xm_asprintf("%s%s", getenv("FAKE_STORE"), node);
}

static void shell(const char *command, const char *node)
{
	char *path = place(node), *line;

	line = xm_asprintf(command, path);
	if (system(line))
		abort();
	free(line);
	free(path);
}

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	return xm_calloc(1, 1);
}

void xs_close(struct xs_handle *xs)
{
	free(xs);
}

bool xs_watch(struct xs_handle *xs, const char *path, const char *token)
{
	(void)xs;
	(void)path;
	(void)token;
	return true;
}

int xs_fileno(struct xs_handle *xs)
{
	(void)xs;
	return -1;
}

/*
 * Who watches over a guest has nothing to do here, and the next guest of the same UUID
 * is not to wait for it.
 */
char **xs_check_watch(struct xs_handle *xs)
{
	(void)xs;
	_exit(0);
}

void *xs_read(struct xs_handle *xs, xs_transaction_t t, const char *node,
	      unsigned int *len)
{
	char *path = place(node), *value;
	struct stat st;
	size_t n;

	(void)xs;
	(void)t;
	value = stat(path, &st) || S_ISDIR(st.st_mode) ? NULL :
		xm_readfile(path, &n);
	if (value && len)
		*len = n;
	free(path);
	return value;
}

char **xs_directory(struct xs_handle *xs, xs_transaction_t t,
		    const char *node, unsigned int *num)
{
	char *path = place(node), **names = NULL;
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *text;

	(void)xs;
	(void)t;
	*num = 0;
	free(path);
	/* In xenstore each node is a directory, too. */
	if (!dir)
		return errno == ENOTDIR ? xm_calloc(1, sizeof(*names)) : NULL;
	/* One block of memory, as libxenstore gives it: pointers, then names. */
	names = xm_calloc(64, sizeof(*names) + 64);
	text = (char *)(names + 64);
	while ((entry = readdir(dir)) && *num < 64) {
		if (*entry->d_name == '.' || strlen(entry->d_name) > 63)
			continue;
		names[*num] = strcpy(text + 64 * *num, entry->d_name);
		++*num;
	}
	closedir(dir);
	return names;
}

bool xs_write(struct xs_handle *xs, xs_transaction_t t, const char *node,
	      const void *data, unsigned int len)
{
	(void)xs;
	if (!t || strlen(data) != len)
		abort();
	xm_append(&pending, "%s=%s\n", node, (const char *)data);
	return true;
}

/* Who may read what is not kept here. */
bool xs_mkdir(struct xs_handle *xs, xs_transaction_t t, const char *node)
{
	(void)xs;
	(void)node;
	return t;
}

struct xs_permissions *xs_get_permissions(struct xs_handle *xs,
					  xs_transaction_t t, const char *node,
					  unsigned int *num)
{
	(void)xs;
	(void)t;
	(void)node;
	*num = 1;
	return xm_calloc(1, sizeof(struct xs_permissions));
}

bool xs_set_permissions(struct xs_handle *xs, xs_transaction_t t,
			const char *node, struct xs_permissions *perms,
			unsigned int num)
{
	(void)xs;
	(void)node;
	(void)perms;
	(void)num;
	return t;
}

bool xs_rm(struct xs_handle *xs, xs_transaction_t t, const char *node)
{
	char *path = place(node);
	bool there = !access(path, F_OK);

	(void)xs;
	(void)t;
	free(path);
	if (there)
		shell("rm -r '%s'", node);
	return there;
}

xs_transaction_t xs_transaction_start(struct xs_handle *xs)
{
	const char *node = getenv("FAKE_VANISH");

	if (node)
		xs_rm(xs, XBT_NULL, node);
	return ++transactions;
}

static void commit(void)
{
	FILE *log = fopen(getenv("FAKE_WRITTEN"), "a"), *out;
	char *line, *value, *path, *rest = NULL;

	for (line = strtok_r(pending, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		value = strchr(line, '=');
		*value++ = '\0';
		shell("mkdir -p \"$(dirname '%s')\"", line);
		path = place(line);
		out = fopen(path, "w");
		fputs(value, out);
		fclose(out);
		free(path);
		fprintf(log, "%s=%s\n", strrchr(line, '/') + 1, value);
	}
	fclose(log);
}

bool xs_transaction_end(struct xs_handle *xs, xs_transaction_t t, bool abandon)
{
	const char *again = getenv("FAKE_AGAIN");
	bool fails = !abandon && again && transactions <= atoi(again);

	(void)xs;
	(void)t;
	if (pending && !abandon && !fails)
		commit();
	free(pending);
	pending = NULL;
	errno = EAGAIN;
	return !fails;
}
