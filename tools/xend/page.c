// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of the web page. Called by http.c. */
#include <fcntl.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http.h"
#include "xend.h"

#define SCRIPT "text/javascript; charset=utf-8"

/* Only these: no name that a client sends becomes a path. */
static const struct {
	const char *name;
	const char *type;
} files[] = {
	{ "index.html", "text/html; charset=utf-8" },
	{ "page.css", "text/css; charset=utf-8" },
	{ "api.js", SCRIPT },
	{ "chart.js", SCRIPT },
	{ "dom.js", SCRIPT },
	{ "guests.js", SCRIPT },
	{ "page.js", SCRIPT },
	{ "term.js", SCRIPT },
	{ "icon.svg", "image/svg+xml" },
};

/* NULL: there is no such file. */
struct MHD_Response *xend_page(const char *name)
{
	struct MHD_Response *response = NULL;
	struct stat st;
	char *path;
	size_t i = 0;
	int fd;

	while (i < ARRAY_SIZE(files) && strcmp(files[i].name, name))
		i++;
	if (i == ARRAY_SIZE(files))
		return NULL;
	path = xm_asprintf("%s/%s", XEND_PAGE, files[i].name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		response = MHD_create_response_from_fd(st.st_size, fd);
	if (!response) {
		close(fd);
		return NULL;
	}
	MHD_add_response_header(response, "Content-Type", files[i].type);
	return response;
}
