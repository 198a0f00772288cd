// SPDX-License-Identifier: GPL-2.0-or-later
/* The directory that stands for a host that isn't there. Called by fake-xen.c, fake-host.c. */
#include <dirent.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-xen.h"

char *fake_place(const char *fmt, ...)
{
	char *rest, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&rest, fmt, ap) < 0)
		abort();
	va_end(ap);
	path = xm_asprintf("%s/%s", getenv("FAKE_XEN"), rest);
	free(rest);
	return path;
}

/* One call at a time, as the hypervisor and xenstored have it. */
int fake_enter(void)
{
	char *path = fake_place("lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	free(path);
	if (fd < 0 || flock(fd, LOCK_EX))
		abort();
	return fd;
}

void fake_leave(int fd)
{
	close(fd);
}

void fake_step(void)
{
	const char *ms = getenv("FAKE_SLOW");

	usleep(1000 * (ms ? atoi(ms) : 0));
}

void fake_hold(const char *what)
{
	char *path = fake_place("hold-%s", what);

	while (!access(path, F_OK))
		usleep(10000);
	free(path);
}

void fake_note(const char *call, uint32_t domid)
{
	char *path = fake_place("calls"), *line;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	line = xm_asprintf("%s %u\n", call, domid);
	if (write(fd, line, strlen(line)) < 0)
		abort();
	free(line);
	close(fd);
	free(path);
	fake_hold(call);
}

bool fake_fails(const char *call)
{
	char *path = fake_place("fail-%s", call);
	bool yes = !access(path, F_OK);

	free(path);
	return yes;
}

char *fake_get(uint32_t domid, const char *what)
{
	char *path = fake_place("domains/%u/%s", domid, what);
	char *text = xm_readfile(path, NULL);

	free(path);
	return text;
}

/* The old file or the new one, whenever this process is killed. */
void fake_write(const char *path, const char *text)
{
	char *new = xm_asprintf("%s.%d", path, (int)getpid());
	FILE *out = fopen(new, "we");

	if (out) {
		fputs(text, out);
		fclose(out);
		rename(new, path);
	}
	free(new);
}

void fake_put(uint32_t domid, const char *what, const char *text)
{
	char *path = fake_place("domains/%u/%s", domid, what);

	fake_write(path, text);
	free(path);
}

bool fake_exists(uint32_t domid)
{
	char *path = fake_place("domains/%u", domid);
	bool yes = !access(path, F_OK);

	free(path);
	return yes;
}

void fake_wipe(const char *dir, const char *pattern)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	char *path;

	while (list && (entry = readdir(list))) {
		if (*entry->d_name == '.' ||
		    !xm_starts(entry->d_name, pattern))
			continue;
		path = xm_asprintf("%s/%s", dir, entry->d_name);
		unlink(path);
		free(path);
	}
	if (list)
		closedir(list);
}
