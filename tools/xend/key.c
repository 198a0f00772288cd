// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may control guests. On this host: who can read a file that is root's. From
 * other hosts: who has logged in with the password, for some hours. Called by
 * http.c and main.c.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key.h"
#include "origin.h"
#include "xend.h"

/* So many random digits. Return: 0, or -1. */
static int make(char *text, size_t len)
{
	unsigned char bytes[XEND_KEY_LEN / 2];

	if (getrandom(bytes, len / 2, 0) != (ssize_t)len / 2)
		return -1;
	for (size_t i = 0; i < len / 2; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* Return: 0, or -1 after a message. */
static int put_line(const char *path, const char *line)
{
	char *text = xm_asprintf("%s\n", line);
	int ret = xend_put(path, text);

	explicit_bzero(text, strlen(text));
	free(text);
	return ret;
}

/*
 * A user who had the port once may have had a browser keep a page of his for the
 * address, which would be shown, and get the token, before ours is asked for. So ours
 * has a name that no page had before. Browsers know that names below localhost are
 * this host.
 */
static int make_local(struct xend_key *key)
{
	char digits[33];

	if (xm_keep_dir() || make(key->token, XEND_KEY_LEN) ||
	    make(digits, sizeof(digits) - 1))
		return -1;
	snprintf(key->name, sizeof(key->name), "x%s.localhost", digits);
	return put_line(XEND_TOKEN, key->token);
}

static int make_url(const struct xend_key *key, const struct xm_xendconf *conf)
{
	char *origin = xend_origin(conf, *key->name ? key->name : NULL);
	char *url = xm_asprintf("%s/%s%s", origin, *key->token ? "#" : "",
				key->token);
	int ret = put_line(XEND_URL, url);

	free(url);
	free(origin);
	return ret;
}

/* The port is let go, or its server is gone: nobody is led there any more. */
void xend_key_forget(void)
{
	unlink(XEND_URL);
	unlink(XEND_TOKEN);
}

/**
 * xend_key_make() - the port is had: from now on there is a way to it
 * @key: filled in, all of it empty if the port is for other hosts
 * @conf: the configuration
 *
 * Who had the port before this may have been shown the last token.
 *
 * Return: 0, or -1 after a message.
 */
int xend_key_make(struct xend_key *key, const struct xm_xendconf *conf)
{
	memset(key, 0, sizeof(*key));
	if (!(xm_xendconf_local(conf->address) && make_local(key)) &&
	    !make_url(key, conf))
		return 0;
	explicit_bzero(key, sizeof(*key));
	xend_key_forget();
	return -1;
}

/* Print where the page is. Behind the # it stays in the browser. */
int xend_key_url(const struct xm_xendconf *conf)
{
	char *url;

	if (!conf->http) {
		xm_error("xend-http-server", "is no, so there is no page");
		return 1;
	}
	if (!xm_keep_xend_lives()) {
		xm_error("xend", "does not run, or you are not root");
		return 1;
	}
	url = xm_readfile(XEND_URL, NULL);
	if (!url) {
		xm_error("xend", "has not got port %ld; 'xm log' says why",
			 conf->port);
		return 1;
	}
	fputs(url, stdout);
	free(url);
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

/*
 * The password's file: by what it is told from another one, and how often it was one.
 * None has no number.
 */
static struct password {
	const char *file;
	ino_t number;
	struct timespec written;
	unsigned long era;
} password;

static bool renewed(void)
{
	struct stat st;

	if (stat(password.file, &st))
		memset(&st, 0, sizeof(st));
	if (st.st_ino == password.number &&
	    st.st_mtim.tv_sec == password.written.tv_sec &&
	    st.st_mtim.tv_nsec == password.written.tv_nsec)
		return false;
	password.number = st.st_ino;
	password.written = st.st_mtim;
	return true;
}

/**
 * xend_login_begin() - before anybody logs in
 * @file: where the password is; stays
 */
void xend_login_begin(const char *file)
{
	password.file = file;
	renewed();
}

/**
 * xend_login_era() - a number that is another one when the password is
 *
 * Who has logged in with the last one has not with this one: it is set anew when somebody
 * knows it who shall not.
 */
unsigned long xend_login_era(void)
{
	if (renewed()) {
		password.era++;
		explicit_bzero(logins, sizeof(logins));
		xm_error("login", "the password is another one: all logins have ended");
	}
	return password.era;
}

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
	if (make(l->token, XEND_KEY_LEN)) {
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

	xend_login_era();
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
