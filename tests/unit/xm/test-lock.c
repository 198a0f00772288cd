// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks: who has them, and who gives up waiting; and what signals do meanwhile. */
#include <errno.h>
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
	pid_t first = holder(600), second;
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

/* A guest's byte is that of all who have inherited it, until one of them gives it up. */
static void each_guest_has_a_byte(void)
{
	static const uint8_t one[16] = { 1 }, two[16] = { 2 }, most[16] = {
		255, 255, 255, 255, 255, 255, 255, 255,
	};
	char *file = xm_asprintf("%s/bytes", dir);
	int fd = xm_lock_byte(file, xm_lock_place(one), 0), other;

	CHECK(fd >= 0);
	CHECK(xm_lock_byte(file, xm_lock_place(one), 0) < 0 && errno == EAGAIN);
	other = xm_lock_byte(file, xm_lock_place(two), 0);
	CHECK(other >= 0);
	xm_lock_end(other);
	other = xm_lock_byte(file, xm_lock_place(one) + 1, 0);
	CHECK(other >= 0);
	xm_lock_end(other);
	other = xm_lock_byte(file, xm_lock_place(most) + 1, 0);
	CHECK(other >= 0);
	xm_lock_end(other);
	other = dup(fd);
	close(fd);
	CHECK(xm_lock_byte(file, xm_lock_place(one), 0) < 0);
	fd = dup(other);
	xm_lock_end(other);
	other = xm_lock_byte(file, xm_lock_place(one), 0);
	CHECK(other >= 0);
	xm_lock_end(other);
	close(fd);
	CHECK(xm_lock_byte(dir, 0, 0) < 0 && errno != EAGAIN);
	unlink(file);
	free(file);
}

/* Of UUIDs that people make up one byte differs, and it may be any. */
static void uuids_that_differ_in_a_byte_have_places_of_their_own(void)
{
	off_t places[16 * 255 + 1];
	uint8_t uuid[16] = { 0x5e, 0xed };
	size_t n = 0, twice = 0;

	places[n++] = xm_lock_place(uuid);
	for (size_t i = 0; i < sizeof(uuid); i++) {
		const uint8_t was = uuid[i];

		for (int j = 1; j < 256; j++) {
			uuid[i] = was ^ j;
			places[n++] = xm_lock_place(uuid);
		}
		uuid[i] = was;
	}
	for (size_t i = 0; i < n; i++) {
		CHECK(places[i] >= 0 && !(places[i] & 1));
		for (size_t j = 0; j < i; j++)
			twice += places[i] == places[j];
	}
	CHECK_INT(twice, 0);
}

static void nobody_who_reads_is_no_end(void)
{
	int ends[2];

	CHECK(!pipe(ends));
	close(ends[0]);
	signal(SIGPIPE, SIG_DFL);
	xm_signals_hold();
	CHECK(write(ends[1], "", 1) < 0 && errno == EPIPE);
	xm_signals_release();
	CHECK(signal(SIGPIPE, SIG_DFL) == SIG_DFL);
	close(ends[1]);
}

static void nothing_obeys_a_message(void)
{
	char text[] = "a\033[2J\nb\tc\x7f \xc3\xa9 \xc2\x9b@J";
	/* Four that are UTF-8, and then: cut short, too long, half of a pair, alone. */
	char utf8[] = "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf "
		      "\xe2\x82 \xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xff \x9b \xc3";

	xm_printable(text);
	CHECK_STR(text, "a?[2J b c? \xc3\xa9 ??@J");
	xm_printable(utf8);
	CHECK_STR(utf8, "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf "
		  "?? ??? ??? ???? ? ? ?");
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
	RUN(each_guest_has_a_byte);
	RUN(uuids_that_differ_in_a_byte_have_places_of_their_own);
	RUN(nobody_who_reads_is_no_end);
	RUN(nothing_obeys_a_message);
	unlink(path);
	rmdir(dir);
	free(path);
	return check_done();
}
