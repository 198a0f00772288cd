// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the commands that tools/lab/dom0/guest-run.c sends over the console hvc0; guest/init
 * keeps it running. The protocol is told there. In short, one request a line:
 *
 *   P ID                    answers "<ID>" encoded
 *   R TIMEOUT ID BASE64     runs the command, answers "<ID:BASE64 OF OUTPUT:STATUS>" encoded
 *
 * Encoded means: bytes above 0x7f, which are never part of a kernel message. A program and not a
 * script, for each that a script starts takes 40 ms of the emulated CPU, and cases run thousands
 * of commands.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=<:>"
#define FIRST 0xa0
#define OUTPUT "/run/agent.output"
/* What timeout(1) says, too. */
enum { STATUS_TIMEOUT = 124, STATUS_FAILED = 125, STATUS_KILLED = 137 };
#define TERM_SECONDS 2

static int console;

static void send_all(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(console, data, len);

		if (n <= 0)
			exit(1);
		data += n;
		len -= n;
	}
}

static void encode(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char *at = strchr(ALPHABET, text[i]);

		text[i] = FIRST + (at - ALPHABET);
	}
}

/* In place; what is no base64 ends it. */
static void decode(char *text)
{
	char *out = text;
	uint32_t bits = 0;
	int have = 0;

	for (; *text; text++) {
		const char *at = strchr(ALPHABET, *text);

		if (!at || at - ALPHABET >= 64)
			break;
		bits = bits << 6 | (at - ALPHABET);
		have += 6;
		if (have >= 8) {
			have -= 8;
			*out++ = bits >> have;
		}
	}
	*out = 0;
}

/* Base64 of all of the file, which the caller frees. */
static char *output_of(int fd, size_t *len)
{
	struct stat st;
	uint8_t *data;
	char *text;
	size_t size;

	if (fstat(fd, &st))
		exit(1);
	size = st.st_size;
	/* Three bytes more, to read behind the last ones. */
	data = calloc(1, size + 3);
	text = malloc(size / 3 * 4 + 5);
	if (!data || !text || pread(fd, data, size, 0) != (ssize_t)size)
		exit(1);
	*len = 0;
	for (size_t i = 0; i < size; i += 3) {
		uint32_t bits = data[i] << 16 | data[i + 1] << 8 | data[i + 2];

		for (int k = 0; k < 4; k++)
			text[(*len)++] = i + k > size ? '=' :
				ALPHABET[bits >> (18 - 6 * k) & 63];
	}
	free(data);
	return text;
}

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		exit(1);
	encode(text, n);
	send_all(text, n);
	free(text);
}

static void answer(const char *id, int fd, int status)
{
	size_t len;
	char *output = output_of(fd, &len);

	say("<%s:%.*s:%d>", id, (int)len, output, status);
	free(output);
}

/* To a file: a daemon that the command leaves behind holds a pipe open for ever. */
static pid_t start(const char *command, int fd)
{
	pid_t pid = fork();
	sigset_t none;

	if (pid)
		return pid;
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(fd, 1);
	dup2(fd, 2);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

/* Return: its status as a shell tells it, or -1 if it has not ended by then. */
static int wait_until(pid_t pid, time_t end)
{
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		struct timespec now, left = { 0 };

		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) :
						   128 + WTERMSIG(status);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end)
			return -1;
		left.tv_sec = end - now.tv_sec;
		sigtimedwait(&child, NULL, &left);
	}
}

static int run(const char *command, int limit, int fd)
{
	pid_t pid = start(command, fd);
	struct timespec now;
	int status;

	if (pid < 0)
		return STATUS_FAILED;
	clock_gettime(CLOCK_MONOTONIC, &now);
	status = wait_until(pid, now.tv_sec + limit);
	if (status >= 0)
		return status;
	kill(-pid, SIGTERM);
	if (wait_until(pid, now.tv_sec + limit + TERM_SECONDS) >= 0)
		return STATUS_TIMEOUT;
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	return STATUS_KILLED;
}

static void request(char *line)
{
	char *limit = strtok(line, " "), *id = strtok(NULL, " ");
	char *command = strtok(NULL, " ");
	int fd;

	if (!command)
		return;
	decode(command);
	fd = open(OUTPUT, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		exit(1);
	answer(id, fd, run(command, atoi(limit), fd));
	close(fd);
}

int main(void)
{
	struct termios raw;
	char *line = NULL;
	size_t room = 0;
	sigset_t child;
	FILE *in;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LC_ALL", "C", 1);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	console = open("/dev/hvc0", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (console < 0 || chdir("/root") || tcgetattr(console, &raw))
		return 1;
	cfmakeraw(&raw);
	tcsetattr(console, TCSANOW, &raw);
	in = fdopen(console, "r");
	if (!in)
		return 1;
	while (getline(&line, &room, in) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "P ", 2))
			say("<%s>", line + 2);
		else if (!strncmp(line, "R ", 2))
			request(line + 2);
	}
	return 0;
}
