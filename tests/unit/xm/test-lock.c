// SPDX-License-Identifier: GPL-2.0-or-later
/* The lock under which guests are made: who has it, and who gives up waiting. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "lock.h"
#include "util.h"

static char *dir, *path;
static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* A child that has the lock for some seconds. */
static pid_t holder(int seconds)
{
	int ready[2], fd;
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		fd = xm_lock(path, "first");
		if (fd >= 0 && write(ready[1], "", 1) == 1)
			sleep(seconds);
		_exit(fd < 0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void one_at_a_time(void)
{
	pid_t pid = holder(1);
	int fd = xm_lock(path, "second"), status;

	CHECK(fd >= 0);
	CHECK(waitpid(pid, &status, WNOHANG) == pid || !kill(pid, 0));
	close(fd);
	waitpid(pid, &status, 0);
}

/* A child that waits for the lock; it has taken care of signals when this returns. */
static pid_t waiter(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		xm_signals_hold();
		_exit(write(ready[1], "", 1) == 1 && xm_lock(path, "second") < 0 ? 9 : 0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* Whether it comes before the wait, at its beginning or in its midst. */
static void a_signal_ends_the_wait(void)
{
	pid_t first = holder(3600), second;
	int status;

	/* Of a test in the background the shell has some ignored, and then xm leaves them so. */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);

	for (unsigned int i = 0; i < 10 * ARRAY_SIZE(signals); i++) {
		second = waiter();
		usleep(i * 20);
		kill(second, signals[i % ARRAY_SIZE(signals)]);
		alarm(20);
		CHECK_INT(waitpid(second, &status, 0), second);
		alarm(0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	}
	kill(first, SIGKILL);
	waitpid(first, &status, 0);
}

static void a_link_is_not_followed(void)
{
	char *other = xm_asprintf("%s/other", dir);
	char *link_path = xm_asprintf("%s/link", dir);

	CHECK(!symlink(other, link_path));
	CHECK_INT(xm_lock(link_path, "g"), -1);
	CHECK(access(other, F_OK));
	unlink(link_path);
	free(link_path);
	free(other);
}

static void somebody_elses_file_is_not_taken(void)
{
	if (geteuid())
		return;		/* only root can make one */
	CHECK(!chown(path, 65534, 65534));
	CHECK_INT(xm_lock(path, "g"), -1);
}

static void nothing_obeys_a_message(void)
{
	char text[] = "a\033[2J\nb\tc\x7f \xc3\xa9 \xc2\x9b@J";

	xm_printable(text);
	CHECK_STR(text, "a?[2J b c? \xc3\xa9 ??@J");
}

int main(void)
{
	char template[] = "/tmp/xm-lock.XXXXXX";

	dir = mkdtemp(template);
	if (!dir)
		return 1;
	path = xm_asprintf("%s/xl", dir);
	RUN(one_at_a_time);
	RUN(a_signal_ends_the_wait);
	RUN(a_link_is_not_followed);
	RUN(somebody_elses_file_is_not_taken);
	RUN(nothing_obeys_a_message);
	unlink(path);
	rmdir(dir);
	free(path);
	return check_done();
}
