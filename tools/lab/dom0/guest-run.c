// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest-run [-t SECONDS] [-w SECONDS] NAME [COMMAND...]: runs a command in a guest.
 *
 * Test cases and people call it in Dom0. It needs no network: it speaks with the agent
 * (tools/lab/guest/agent.c) over the guest's console, prints what the command printed
 * (standard output and error together) and exits with its status. Without a COMMAND it
 * only waits until the agent answers.
 *
 *   -t  how long the command may take (60 s); then the status is 124
 *   -w  how long to wait for guest and agent to be there (60 s); then it is 125
 *
 * The kernel prints on the same console, at any time and into the middle of a line.
 * So the agent's answers have bytes above 0x7f only, which no kernel message has: each
 * character of ALPHABET is sent as FIRST plus its place. What is asked has none of them, as
 * a console that the agent has not opened yet may echo it. An answer is "<ID>" to "P ID",
 * and "<ID:BASE64:STATUS>" to "R TIMEOUT ID BASE64".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=<:>"
#define BASE64_LEN 64
#define FIRST 0xa0
#define XENSTORE "/run/xenstored/socket"
#define XS_DIRECTORY 1
#define XS_READ 2

enum { STATUS_TIMEOUT = 124, STATUS_LAB = 125 };

struct buffer {
	char *data;
	size_t len, room;
};

static const char *guest = "";

static void __attribute__((noreturn, format(printf, 2, 3)))
fail(int status, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "guest-run: %s: ", guest);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(status);
}

static void put(struct buffer *b, const char *data, size_t len)
{
	if (b->len + len + 1 > b->room) {
		b->room = 2 * (b->len + len + 64);
		b->data = realloc(b->data, b->room);
		if (!b->data)
			fail(STATUS_LAB, "out of memory");
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void read_full(int fd, void *data, size_t len)
{
	while (len) {
		ssize_t got = read(fd, data, len);

		if (got <= 0)
			fail(STATUS_LAB, "xenstored closed the connection");
		data = (char *)data + got;
		len -= got;
	}
}

/* One request on xenstored's socket; NULL for any error. The caller frees. */
static char *xenstore(int fd, uint32_t type, const char *path, size_t *len)
{
	uint32_t head[4] = { type, 0, 0, strlen(path) + 1 };
	char *reply;

	if (write(fd, head, sizeof(head)) != sizeof(head) ||
	    write(fd, path, head[3]) != (ssize_t)head[3])
		fail(STATUS_LAB, "can't write to xenstored: %s", strerror(errno));
	read_full(fd, head, sizeof(head));
	reply = calloc(1, head[3] + 1);
	if (!reply)
		fail(STATUS_LAB, "out of memory");
	read_full(fd, reply, head[3]);
	if (head[0] != type) {
		free(reply);
		return NULL;
	}
	*len = head[3];
	return reply;
}

/* The console of the guest with this name or number, NULL if there is none. */
static char *find_tty(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = XENSTORE };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char path[128], *list, *tty = NULL;
	size_t len, n;

	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		fail(STATUS_LAB, "no xenstored at " XENSTORE ": %s", strerror(errno));
	list = xenstore(fd, XS_DIRECTORY, "/local/domain", &len);
	for (char *id = list; list && id < list + len && !tty; id += strlen(id) + 1) {
		char *value;

		snprintf(path, sizeof(path), "/local/domain/%s/name", id);
		value = xenstore(fd, XS_READ, path, &n);
		if (strcmp(id, "0") && (!strcmp(id, name) || (value && !strcmp(value, name)))) {
			snprintf(path, sizeof(path), "/local/domain/%s/console/tty", id);
			tty = xenstore(fd, XS_READ, path, &n);
		}
		free(value);
	}
	free(list);
	close(fd);
	if (tty && !*tty) {
		free(tty);
		tty = NULL;
	}
	return tty;
}

static int open_tty(const char *path)
{
	struct termios t;
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		fail(STATUS_LAB, "can't open its console %s: %s", path, strerror(errno));
	/* Two answers must not go to two readers. */
	if (flock(fd, LOCK_EX))
		fail(STATUS_LAB, "can't lock its console: %s", strerror(errno));
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	tcflush(fd, TCIFLUSH);
	return fd;
}

/*
 * Sends `request` and collects the answer whose text starts with `id` and a ':' or the
 * end. False when `deadline` passes first.
 */
static bool exchange(int fd, const char *request, const char *id, struct buffer *answer,
		     double deadline)
{
	size_t left = strlen(request), idlen = strlen(id);
	bool inside = false;

	for (;;) {
		struct pollfd pfd = { fd, POLLIN | (left ? POLLOUT : 0), 0 };
		double rest = deadline - now();
		unsigned char buf[4096];
		ssize_t n;

		if (rest <= 0 || poll(&pfd, 1, rest * 1000 + 1) == 0)
			return false;
		if (left && (pfd.revents & POLLOUT)) {
			n = write(fd, request, left);
			if (n > 0) {
				request += n;
				left -= n;
			}
		}
		n = read(fd, buf, sizeof(buf));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			fail(STATUS_LAB, "its console went away: it crashed or was shut down");
		for (ssize_t i = 0; i < n; i++) {
			char c;

			if (buf[i] < FIRST || buf[i] >= FIRST + sizeof(ALPHABET) - 1)
				continue;
			c = ALPHABET[buf[i] - FIRST];
			if (c == '<') {
				answer->len = 0;
				inside = true;
			} else if (c != '>') {
				put(answer, &c, 1);
			} else if (inside && answer->len >= idlen &&
				   !strncmp(answer->data, id, idlen) &&
				   (answer->data[idlen] == ':' || !answer->data[idlen])) {
				return true;
			} else {
				inside = false;
			}
		}
	}
}

static void put_base64(struct buffer *b, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = 0;
		char out[4];

		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (i + j < len ? (unsigned char)text[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			out[j] = j > len - i ? '=' : ALPHABET[v >> (18 - 6 * j) & 63];
		put(b, out, 4);
	}
}

static void print_base64(const char *text, size_t len)
{
	uint32_t v = 0;
	int bits = 0;

	for (size_t i = 0; i < len && text[i] != '='; i++) {
		const char *at = memchr(ALPHABET, text[i], BASE64_LEN);

		if (!at)
			fail(STATUS_LAB, "the agent's answer is damaged");
		v = v << 6 | (at - ALPHABET);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			putchar(v >> bits & 0xff);
		}
	}
	fflush(stdout);
}

/* Waits until the agent answers; asks again each second, for a guest that boots is deaf. */
static int wait_for_agent(const char *id, double deadline)
{
	struct buffer ping = { 0 }, answer = { 0 };
	char *tty;
	int fd;

	while (!(tty = find_tty(guest))) {
		if (now() > deadline)
			fail(STATUS_LAB, "there is no such guest, or it has no console");
		usleep(100000);
	}
	fd = open_tty(tty);
	put(&ping, "\nP ", 3);
	put(&ping, id, strlen(id));
	put(&ping, "\n", 1);
	for (;;) {
		double until = now() + 1;

		if (exchange(fd, ping.data, id, &answer, until < deadline ? until : deadline))
			return fd;
		if (now() >= deadline)
			fail(STATUS_LAB, "its agent does not answer; was it booted with xenify.agent?");
	}
}

static int run(int fd, const char *id, char **words, int limit)
{
	struct buffer command = { 0 }, request = { 0 }, answer = { 0 };
	char head[64];
	char *payload, *status;

	for (; *words; words++) {
		if (command.len)
			put(&command, " ", 1);
		put(&command, *words, strlen(*words));
	}
	snprintf(head, sizeof(head), "\nR %d %s ", limit, id);
	put(&request, head, strlen(head));
	put_base64(&request, command.data, command.len);
	put(&request, "\n", 1);
	/* The agent ends the command in time; it needs some more to say so. */
	if (!exchange(fd, request.data, id, &answer, now() + limit + 15))
		fail(STATUS_TIMEOUT, "no answer within %d s", limit + 15);
	payload = strchr(answer.data, ':') + 1;
	status = strchr(payload, ':');
	if (!status)
		fail(STATUS_LAB, "the agent's answer is damaged");
	print_base64(payload, status - payload);
	return atoi(status + 1);
}

int main(int argc, char **argv)
{
	int limit = 60, patience = 60, opt, fd;
	char ping[32], id[32];

	while ((opt = getopt(argc, argv, "+t:w:")) != -1) {
		if (opt == 't')
			limit = atoi(optarg);
		else if (opt == 'w')
			patience = atoi(optarg);
		else
			optind = argc;
	}
	if (optind >= argc) {
		fprintf(stderr, "usage: guest-run [-t SECONDS] [-w SECONDS] NAME [COMMAND...]\n");
		return STATUS_LAB;
	}
	guest = argv[optind];
	snprintf(ping, sizeof(ping), "p%d", getpid());
	snprintf(id, sizeof(id), "r%d", getpid());
	fd = wait_for_agent(ping, now() + patience);
	return argv[optind + 1] ? run(fd, id, argv + optind + 1, limit) : 0;
}
