// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guestlog DIRECTORY: copies what the guests print to standard output, for the host's log.
 *
 * Dom0's init starts it on xenconsoled's log directory, with a virtio port as output. Each
 * line of guest-NAME.log comes out as "[guest NAME] line". Bytes of the guest agent's
 * frames (see guest-run.c) are left out: they are all above 0x7f.
 *
 * The file "mark" is different: its lines come out as "[mark] line", and after all that the
 * guests had printed before. tests/lab tells the cases apart by it.
 *
 * SIGTERM: copy what is there, and end.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000
#define IDLE_MS 500		/* then an unfinished line, a prompt say, is written */

struct source {
	struct source *next;
	char name[256];		/* file */
	char tag[256];		/* what its lines start with */
	off_t offset;
	char line[LINE_MAX_BYTES];
	size_t len;
};

static struct source *sources;
static volatile sig_atomic_t ending;

static void on_term(int sig)
{
	(void)sig;
	ending = 1;
}

static void flush_line(struct source *s)
{
	while (s->len && s->line[s->len - 1] == '\r')
		s->len--;
	if (!s->len)
		return;
	printf("[%s] %.*s\n", s->tag, (int)s->len, s->line);
	s->len = 0;
}

static void take_byte(struct source *s, unsigned char c)
{
	if (c > 0x7f)
		return;
	if (c == '\n' || s->len == sizeof(s->line)) {
		flush_line(s);
		if (c == '\n')
			return;
	}
	if (c >= ' ' || c == '\t')
		s->line[s->len++] = c;
}

/* Copies what was appended since the last time. */
static void read_source(struct source *s)
{
	char buf[4096];
	ssize_t got;
	int fd = open(s->name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* A shorter file is a new one: xenconsoled was told to rotate, or a guest's name
	 * was used again after its log had been removed.
	 */
	if (lseek(fd, 0, SEEK_END) < s->offset)
		s->offset = 0;
	while ((got = pread(fd, buf, sizeof(buf), s->offset)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			take_byte(s, buf[i]);
		s->offset += got;
	}
	close(fd);
}

static struct source *find_source(const char *name)
{
	struct source *s;
	size_t len = strlen(name);

	for (s = sources; s; s = s->next)
		if (!strcmp(s->name, name))
			return s;
	s = calloc(1, sizeof(*s));
	if (!s)
		exit(1);
	snprintf(s->name, sizeof(s->name), "%s", name);
	if (!strncmp(name, "guest-", 6) && len > 10 && !strcmp(name + len - 4, ".log"))
		snprintf(s->tag, sizeof(s->tag), "guest %.*s", (int)(len - 10), name + 6);
	else
		snprintf(s->tag, sizeof(s->tag), "%s", name);
	s->next = sources;
	sources = s;
	return s;
}

static void read_guests(void)
{
	struct dirent *e;
	DIR *dir = opendir(".");

	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.' && strcmp(e->d_name, "mark"))
			read_source(find_source(e->d_name));
	closedir(dir);
}

/*
 * Everything that is new, once. A mark is read before the guests are and written after
 * them: so it can't overtake what a guest had printed when it was set.
 */
static void pass(void)
{
	struct source *mark = find_source("mark");
	char buf[4096];
	ssize_t got = 0;
	int fd = open(mark->name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		got = pread(fd, buf, sizeof(buf), mark->offset);
		close(fd);
	}
	read_guests();
	for (ssize_t i = 0; i < got; i++)
		take_byte(mark, buf[i]);
	if (got > 0)
		mark->offset += got;
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_term };
	struct timespec idle = { .tv_nsec = IDLE_MS * 1000000L };
	sigset_t term, none;
	struct pollfd pfd = { .events = POLLIN };
	char events[4096];

	if (argc != 2 || chdir(argv[1])) {
		fprintf(stderr, "usage: guestlog DIRECTORY\n");
		return 2;
	}
	/* SIGTERM comes through in ppoll() only, so it is never missed just before. */
	sigemptyset(&none);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	sigaction(SIGTERM, &sa, NULL);
	pfd.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (pfd.fd < 0 || inotify_add_watch(pfd.fd, ".", IN_MODIFY | IN_CREATE) < 0) {
		perror("guestlog: inotify");
		return 1;
	}
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	while (!ending) {
		bool unfinished = false;

		for (struct source *s = sources; s; s = s->next)
			unfinished |= s->len > 0;
		if (ppoll(&pfd, 1, unfinished ? &idle : NULL, &none) == 0) {
			for (struct source *s = sources; s; s = s->next)
				flush_line(s);
			fflush(stdout);
		}
		while (read(pfd.fd, events, sizeof(events)) > 0)
			;
		pass();
	}
	pass();
	for (struct source *s = sources; s; s = s->next)
		flush_line(s);
	return fflush(stdout) ? 1 : 0;
}
