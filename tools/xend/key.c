// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may control guests. On this host: who can read a file that is root's. From
 * other hosts: who has logged in with the password, for some hours. Called by
 * http.c and main.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key.h"
#include "xend.h"

static int make(char token[XEND_KEY_LEN + 1])
{
	unsigned char bytes[XEND_KEY_LEN / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return -1;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static bool is_token(const char *text)
{
	return strspn(text, "0123456789abcdef") == XEND_KEY_LEN &&
	       strlen(text) == XEND_KEY_LEN;
}

/* What others could have read or written is no secret. */
static int read_token(char token[XEND_KEY_LEN + 1])
{
	int fd = open(XEND_TOKEN, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    !(st.st_mode & 077))
		n = read(fd, token, XEND_KEY_LEN);
	close(fd);
	if (n != XEND_KEY_LEN)
		return -1;
	token[n] = '\0';
	return is_token(token) ? 0 : -1;
}

static int write_token(char token[XEND_KEY_LEN + 1])
{
	char *new = xm_asprintf("%s.new", XEND_TOKEN);
	int fd = -1, ret = -1;

	unlink(new);
	if (!make(token))
		fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && dprintf(fd, "%s\n", token) > 0 &&
	    !rename(new, XEND_TOKEN))
		ret = 0;
	if (ret)
		xm_error(XEND_TOKEN, "cannot be written: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	free(new);
	return ret;
}

/**
 * xend_key_token() - the token of this host, made if there is none
 * @token: filled in
 *
 * Return: 0, or -1 after a message.
 */
int xend_key_token(char token[XEND_KEY_LEN + 1])
{
	if (xm_keep_dir())
		return -1;
	return read_token(token) ? write_token(token) : 0;
}

/* The next server makes another: who had the port meanwhile may have been shown this one. */
void xend_key_forget(void)
{
	unlink(XEND_TOKEN);
	unlink(XEND_PORT);
}

/* Whether it is xend that listens there, and nobody who waits for tokens. */
void xend_key_listens(bool on)
{
	int fd;

	unlink(XEND_PORT);
	fd = on ? open(XEND_PORT, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (fd >= 0)
		close(fd);
}

/* Print where the page is. Behind the # it stays in the browser. */
int xend_key_url(const struct xm_xendconf *conf)
{
	char token[XEND_KEY_LEN + 1];

	if (!conf->http) {
		xm_error("xend-http-server", "is no, so there is no page");
		return 1;
	}
	if (!xm_xendconf_local(conf->address)) {
		printf("https://%s:%ld/\n", conf->names ? conf->names :
		       *conf->address ? conf->address : "localhost",
		       conf->port);
		return 0;
	}
	if (read_token(token) || !xm_keep_xend_lives()) {
		xm_error("xend", "does not run, or you are not root");
		return 1;
	}
	if (access(XEND_PORT, F_OK)) {
		xm_error("xend", "has not got port %ld; 'xm log' says why",
			 conf->port);
		return 1;
	}
	printf("http://localhost:%ld/#%s\n", conf->port, token);
	return 0;
}

/* In a time that does not tell how much of it was right. */
bool xend_key_equal(const char *have, const char *given)
{
	unsigned char differ = 0;

	if (strlen(given) != XEND_KEY_LEN)
		return false;
	for (int i = 0; i < XEND_KEY_LEN; i++)
		differ |= have[i] ^ given[i];
	return !differ;
}

/* Who has logged in. */
static struct login {
	char token[XEND_KEY_LEN + 1];
	long began;
	long used;
} logins[XEND_LOGINS];

static bool holds(const struct login *l, long now)
{
	return *l->token && now - l->began < XEND_LOGIN_LIFE &&
	       now - l->used < XEND_LOGIN_IDLE;
}

/**
 * xend_login_new() - somebody has given the password
 * @now: seconds
 *
 * The login that was not used for longest gives way, if there are too many.
 *
 * Return: the token; NULL: there is none.
 */
const char *xend_login_new(long now)
{
	struct login *l = &logins[0];

	for (int i = 0; i < XEND_LOGINS; i++) {
		if (!holds(&logins[i], now)) {
			l = &logins[i];
			break;
		}
		if (logins[i].used < l->used)
			l = &logins[i];
	}
	memset(l, 0, sizeof(*l));
	if (make(l->token)) {
		*l->token = '\0';
		return NULL;
	}
	l->began = now;
	l->used = now;
	return l->token;
}

bool xend_login_holds(const char *given, long now)
{
	bool found = false;

	for (int i = 0; i < XEND_LOGINS; i++)
		if (holds(&logins[i], now) &&
		    xend_key_equal(logins[i].token, given)) {
			logins[i].used = now;
			found = true;
		}
	return found;
}

void xend_login_end(const char *given)
{
	for (int i = 0; i < XEND_LOGINS; i++)
		if (*logins[i].token && xend_key_equal(logins[i].token, given))
			memset(&logins[i], 0, sizeof(logins[i]));
}
