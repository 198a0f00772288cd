// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A screen that is drawn again and again, and keys that are pressed meanwhile, with no
 * more than what every terminal has had for decades. Called by cmd-top.c.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "term.h"

static struct termios before;
static bool begun, changed;

/* Ctrl-Z was typed; there is another size. */
static volatile sig_atomic_t to_stop, resized;

/* Whether there is a screen to draw on, and a keyboard. */
bool xm_term_usable(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
	       strcmp(term, "dumb");
}

/* Whether something may be set off: not if NO_COLOR says so (https://no-color.org). */
static bool has_color(void)
{
	const char *no = getenv("NO_COLOR");

	return !no || !*no;
}

static void on_signal(int sig)
{
	if (sig == SIGTSTP)
		to_stop = true;
	else
		resized = true;
}

/* Who has started this may not want it to be stopped. */
static void handle(int sig, void (*handler)(int sig))
{
	struct sigaction sa = { .sa_handler = handler }, old;

	if (!sigaction(sig, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(sig, &sa, NULL);
}

/**
 * xm_term_begin() - a screen of its own, without a cursor; keys are not shown
 *
 * To be called where xm_term_usable(). What was there before comes back with
 * xm_term_end(), and if the program ends in any other way than by a signal.
 */
void xm_term_begin(void)
{
	static bool registered;
	struct termios raw;

	if (!registered)
		registered = !atexit(xm_term_end);
	begun = true;
	if (!tcgetattr(STDIN_FILENO, &before)) {
		raw = before;
		raw.c_lflag &= ~(ICANON | ECHO);
		changed = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	handle(SIGTSTP, on_signal);
	handle(SIGWINCH, on_signal);
	fputs("\033[?1049h\033[?25l", stdout);
}

void xm_term_end(void)
{
	if (!begun)
		return;
	begun = false;
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	if (changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	changed = false;
	handle(SIGTSTP, SIG_DFL);
	handle(SIGWINCH, SIG_DFL);
}

/* The shell gets its terminal as it was, until it lets this go on. */
static void stop(void)
{
	xm_term_end();
	raise(SIGSTOP);
	xm_term_begin();
}

static void get_size(int *rows, int *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return;
	*rows = size.ws_row;
	*columns = size.ws_col;
}

/**
 * xm_term_draw() - draw the whole screen
 * @text: its lines; a line that begins with a tab is set off. What does not fit is
 *        not shown.
 */
void xm_term_draw(const char *text)
{
	bool color = has_color();
	int rows, columns, len, row;

	get_size(&rows, &columns);
	fputs("\033[H", stdout);
	for (row = 0; *text && row < rows; row++) {
		bool off = *text == '\t';

		text += off;
		len = strcspn(text, "\n");
		/* Cleared first: after a full line that would take its last letter. */
		printf("%s\033[K%s%.*s%s", row ? "\r\n" : "",
		       off && color ? "\033[7m" : "", len < columns ? len : columns,
		       text, off && color ? "\033[0m" : "");
		text += len + (text[len] == '\n');
	}
	if (row < rows)
		fputs("\r\n\033[J", stdout);
	fflush(stdout);
}

/**
 * xm_term_key() - wait for a key
 * @ms: for so many milliseconds at most
 *
 * Return: the key; %XM_TERM_AGAIN if the screen is to be drawn anew; 0: none was
 * pressed; -1: there is no keyboard any more.
 */
int xm_term_key(int ms)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	int ready = poll(&pfd, 1, ms);
	bool stopped = to_stop, again = stopped || resized;
	unsigned char key;

	/* What comes from here on is seen next time. */
	if (stopped) {
		to_stop = false;
		stop();
	}
	if (again) {
		resized = false;
		return XM_TERM_AGAIN;
	}
	if (ready != 1)
		return 0;
	return read(STDIN_FILENO, &key, 1) == 1 ? key : -1;
}
