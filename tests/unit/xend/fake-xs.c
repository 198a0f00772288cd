// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xenstore on a host that isn't there: what is in it are the files below
 * $FAKE_XEN/store, and it tells twenty times a second that something may have happened
 * to domains. Who reaches it or looks for that dies as long as there is
 * $FAKE_XEN/fail-xs_open or fail-xs_watch: by a signal, or by exit() as in a library
 * that has no memory.
 */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <xenstore.h>

#include "fake-xen.h"

struct xs_handle {
	int timer;
};

struct xs_handle *xs_open(unsigned long flags)
{
	struct itimerspec often = {
		.it_interval.tv_nsec = 50000000, .it_value.tv_nsec = 50000000,
	};
	struct xs_handle *xs = calloc(1, sizeof(*xs));

	(void)flags;
	if (fake_fails("xs_open"))
		raise(SIGKILL);
	xs->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	timerfd_settime(xs->timer, 0, &often, NULL);
	return xs;
}

void xs_close(struct xs_handle *xs)
{
	close(xs->timer);
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
	return xs->timer;
}

char **xs_check_watch(struct xs_handle *xs)
{
	char count[8];

	if (fake_fails("xs_watch"))
		_exit(1);
	if (read(xs->timer, count, sizeof(count)) < 0)
		return NULL;
	return NULL;
}

void *xs_read(struct xs_handle *xs, xs_transaction_t t, const char *path,
	      unsigned int *len)
{
	char *file = fake_place("store%s", path), *value = xm_readfile(file, NULL);

	(void)xs;
	(void)t;
	if (value && len)
		*len = strlen(value);
	free(file);
	return value;
}

char **xs_directory(struct xs_handle *xs, xs_transaction_t t, const char *path,
		    unsigned int *num)
{
	char *place = fake_place("store%s", path), **names, *text;
	DIR *dir = opendir(place);
	struct dirent *entry;

	(void)xs;
	(void)t;
	*num = 0;
	free(place);
	if (!dir)
		return NULL;
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
