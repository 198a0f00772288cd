// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A screen that is drawn again and again, and keys that are pressed meanwhile, with no
 * more than what every terminal has had for decades. Called by cmd-top.c.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "term.h"

static struct termios before;
static bool changed;

/**
 * xm_term_color() - whether text may be set off
 * @out: where it goes to
 *
 * Not if NO_COLOR says so (https://no-color.org), and to terminals only.
 */
bool xm_term_color(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && isatty(fileno(out)) && term && *term &&
	       strcmp(term, "dumb");
}

/* A screen of its own, without a cursor; keys are read one by one, and not shown. */
void xm_term_begin(void)
{
	struct termios raw;

	if (!tcgetattr(STDIN_FILENO, &before)) {
		raw = before;
		raw.c_lflag &= ~(ICANON | ECHO);
		changed = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	fputs("\033[?1049h\033[?25l", stdout);
}

void xm_term_end(void)
{
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	if (changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	changed = false;
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
	bool color = xm_term_color(stdout);
	int rows, columns, len;

	get_size(&rows, &columns);
	fputs("\033[H", stdout);
	for (int row = 0; *text && row < rows; row++) {
		bool off = *text == '\t';

		text += off;
		len = strcspn(text, "\n");
		printf("%s%s%.*s\033[K%s", row ? "\r\n" : "",
		       off && color ? "\033[7m" : "", len < columns ? len : columns,
		       text, off && color ? "\033[0m" : "");
		text += len + (text[len] == '\n');
	}
	fputs("\033[J", stdout);
	fflush(stdout);
}

/* The key that was pressed within so many milliseconds; 0: none; -1: there is no keyboard. */
int xm_term_key(int ms)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char key;

	if (poll(&pfd, 1, ms) != 1)
		return 0;
	return read(STDIN_FILENO, &key, 1) == 1 ? key : -1;
}
