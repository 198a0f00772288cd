// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The password for connections from other hosts: set by a person, and checked in
 * a process of its own, as that takes time and memory by design. Called by main.c.
 */
#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "xend.h"

#define SHORTEST 8
#define LONGEST 500

static int read_line(char *text, size_t size, const char *prompt)
{
	struct termios old, quiet;
	bool terminal = !tcgetattr(0, &old);
	char *got;

	if (terminal) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		fputs(prompt, stderr);
		tcsetattr(0, TCSAFLUSH, &quiet);
	}
	got = fgets(text, size, stdin);
	if (terminal) {
		tcsetattr(0, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	if (!got)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

/* The old file or the new one, and nobody else reads either. */
static int store(const char *file, const char *hash)
{
	char *new = xm_asprintf("%s.new", file);
	int fd, ret = -1;

	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && dprintf(fd, "%s\n", hash) > 0 && !fsync(fd) &&
	    !rename(new, file))
		ret = 0;
	if (ret)
		xm_error(file, "cannot be written: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	free(new);
	return ret;
}

/**
 * xend_password_set() - ask for a password, and keep its hash
 * @file: where
 *
 * Return: an exit status, after a message if it isn't 0.
 */
int xend_password_set(const char *file)
{
	char first[LONGEST + 2], second[LONGEST + 2], *hash, *salt;
	int ret = 1;

	if (read_line(first, sizeof(first), "password: "))
		return 1;
	if (isatty(0) &&
	    (read_line(second, sizeof(second), "again: ") ||
	     strcmp(first, second))) {
		xm_error("password", "the two are not the same; try again");
	} else if (strlen(first) < SHORTEST || strlen(first) > LONGEST) {
		xm_error("password", "it needs from %d to %d letters", SHORTEST,
			 LONGEST);
	} else {
		salt = crypt_gensalt("$y$", 0, NULL, 0);
		hash = salt ? crypt(first, salt) : NULL;
		if (hash && *hash == '$')
			ret = store(file, hash) ? 1 : 0;
		else
			xm_error("password", "cannot be hashed: %s",
				 strerror(errno));
	}
	explicit_bzero(first, sizeof(first));
	explicit_bzero(second, sizeof(second));
	return ret;
}

/**
 * xend_password_check() - compare standard input with the password
 * @file: where its hash is
 *
 * Return: 0: it is that; 1: it is not; 2: there is none.
 */
int xend_password_check(const char *file)
{
	char given[LONGEST + 2], *hash, *have = xm_readfile(file, NULL);
	struct stat st;
	int ret = 1;
	size_t n;

	if (!have)
		return 2;
	if (stat(file, &st) || st.st_uid != geteuid() || (st.st_mode & 077)) {
		xm_error(file, "is not root's alone: chmod 600");
		free(have);
		return 2;
	}
	have[strcspn(have, "\n")] = '\0';
	n = fread(given, 1, sizeof(given) - 1, stdin);
	given[n] = '\0';
	if (n && strlen(given) == n && n <= LONGEST && *have == '$') {
		hash = crypt(given, have);
		if (hash && strlen(hash) == strlen(have) && !strcmp(hash, have))
			ret = 0;
	}
	explicit_bzero(given, sizeof(given));
	free(have);
	return ret;
}
