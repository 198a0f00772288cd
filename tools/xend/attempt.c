// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attempts to log in. One password is checked at a time, by a process of its own, as that
 * takes time and memory by design. After a wrong one its sender has to wait, and nobody
 * else: else anybody could keep all others out. Called by http.c.
 */
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "clock.h"
#include "key.h"
#include "run.h"
#include "util.h"

/* How long, in seconds. */
#define PAUSE 2
/* More can't be wrong within that, as each takes its time. */
#define SENDERS 64
#define CHECK_SECONDS 30

/**
 * struct attempt - the password that is being checked
 * @busy: there is one
 * @peer: who sent it
 * @done: called in the end; NULL: nobody wants to know any more
 * @arg: for that
 * @era: of the password that it was begun for
 */
static struct attempt {
	bool busy;
	struct xend_peer peer;
	xend_attempt_done *done;
	void *arg;
	unsigned long era;
} attempt;

/* Those whose last one was wrong, and when. */
static struct wrong {
	unsigned char net[XEND_NET_LEN];
	long when;
} wrongs[SENDERS];

static bool has_to_wait(const struct xend_peer *peer, long now)
{
	for (int i = 0; i < SENDERS; i++)
		if (wrongs[i].when && now - wrongs[i].when < PAUSE &&
		    !memcmp(wrongs[i].net, peer->net, sizeof(peer->net)))
			return true;
	return false;
}

/* Who waits for longest gives way. */
static void let_wait(const struct xend_peer *peer, long now)
{
	struct wrong *w = &wrongs[0];

	for (int i = 1; i < SENDERS; i++)
		if (wrongs[i].when < w->when)
			w = &wrongs[i];
	memcpy(w->net, peer->net, sizeof(w->net));
	w->when = now;
}

static void on_checked(void *arg, int exit_status, char *out, char *err)
{
	(void)arg;
	(void)out;
	(void)err;
	attempt.busy = false;
	/* It may be the last one that it was compared with. */
	if (!exit_status && attempt.era != xend_login_era())
		exit_status = 2;
	if (!exit_status) {
		xm_error("login", "from %s", attempt.peer.text);
	} else {
		let_wait(&attempt.peer, xm_clock());
		xm_error("login", exit_status == 1 ? "a wrong password from %s" :
			 "a password from %s could not be checked",
			 attempt.peer.text);
	}
	if (attempt.done)
		attempt.done(attempt.arg, !exit_status);
}

/**
 * xend_attempt() - somebody gives a password
 * @peer: who
 * @password: it
 * @file: where the configuration was read, if not in the usual places; NULL: there
 * @done: called once it was checked
 * @arg: for that
 *
 * Return: 0, or HTTP's status if it is not checked.
 */
unsigned int xend_attempt(const struct xend_peer *peer, const char *password,
			  const char *file, xend_attempt_done *done, void *arg)
{
	char option[] = "--check-password", config[] = "-c";
	char *argv[] = { option, file ? config : NULL, (char *)file, NULL };
	struct xend_command command = {
		.program = "/proc/self/exe", .argv = argv,
		.input = password, .seconds = CHECK_SECONDS,
		.done = on_checked,
	};

	if (attempt.busy || has_to_wait(peer, xm_clock()))
		return 429;
	attempt = (struct attempt){ true, *peer, done, arg, xend_login_era() };
	if (xend_run_add(&command))
		return 0;
	attempt.busy = false;
	return 503;
}

/* Who asked is gone. It is checked all the same: nobody gets more attempts by going away. */
void xend_attempt_forget(void *arg)
{
	if (attempt.busy && attempt.arg == arg)
		attempt.done = NULL;
}
