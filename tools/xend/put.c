// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a few lines, which only root reads. Called by conf.c, detach.c and key.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xend.h"

/**
 * xend_put() - write a file as a whole
 * @path: where; who reads it sees the old one or the new one
 * @text: all of it
 *
 * Return: 0, or -1 after a message.
 */
int xend_put(const char *path, const char *text)
{
	char *new = xm_asprintf("%s.new", path);
	int fd, ret = -1;

	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && dprintf(fd, "%s", text) == (int)strlen(text) &&
	    !rename(new, path))
		ret = 0;
	if (ret)
		xm_error(path, "cannot be written: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	free(new);
	return ret;
}
