// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm: makes and manages Xen guests. The command table is in verb.c, one verb
 * stands in one file cmd-VERB.c, and what a configuration file means is in
 * config.c.
 */
#include <fcntl.h>
#include <unistd.h>

#include "xm.h"

/* What is said must not go into a file that happens to have a stream's number. */
static void have_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* What was printed may be lost: a disk is full. */
static int check_output(int ret)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	xm_error("standard output", "could not be written; is there room where it goes?");
	return ret ? ret : XM_FAIL;
}

int main(int argc, char **argv)
{
	have_streams();
	return check_output(xm_verb_dispatch(argc, argv));
}
