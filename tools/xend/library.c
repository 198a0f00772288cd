// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The HTTP library, libmicrohttpd, with limits set: it parses what clients send and
 * calls http.c. It has no thread of its own; the loop of serve.c drives it.
 */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http.h"
#include "util.h"

#define MEMORY (32 << 10)
/* It counts from the last byte; conn.c has the limits that count. */
#define SILENCE 90

/* The library's own decoding is not wanted: see uri.c. */
static size_t keep_coded(void *cls, struct MHD_Connection *c, char *text)
{
	(void)cls;
	(void)c;
	return strlen(text);
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;

	(void)cls;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(c,
					       MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = info ? xend_conn_find(info->connect_fd) : NULL;
	} else if (*context) {
		xend_conn_gone(*context);
		*context = NULL;
	}
}

static void on_log(void *cls, const char *fmt, va_list ap)
{
	char text[256];

	(void)cls;
	vsnprintf(text, sizeof(text), fmt, ap);
	xm_note("http", "%s", xm_trim(text));
}

void xend_http_take(struct xend_door *door, int fd, const void *addr,
		    unsigned int len)
{
	struct xend_conn *conn;

	if (MHD_add_connection(door->mhd, fd, addr, len) == MHD_YES)
		return;
	/* The library has closed it. */
	conn = xend_conn_find(fd);
	if (conn)
		xend_conn_gone(conn);
}

static struct MHD_Daemon *start_library(struct xend_door *door,
					const char *certificate,
					const char *key)
{
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_END, 0, NULL }
	};
	unsigned int flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
			     MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (door->tls)
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(flags, 0, NULL, NULL, xend_http_request,
				NULL,
				MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
				MHD_OPTION_NOTIFY_COMPLETED, xend_http_end,
				NULL,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection,
				NULL,
				MHD_OPTION_URI_LOG_CALLBACK, xend_http_uri,
				NULL,
				MHD_OPTION_UNESCAPE_CALLBACK, keep_coded, NULL,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)MEMORY,
				MHD_OPTION_CONNECTION_LIMIT,
				(unsigned int)XEND_CONNS + 8,
				MHD_OPTION_CONNECTION_TIMEOUT,
				(unsigned int)SILENCE,
				MHD_OPTION_STRICT_FOR_CLIENT, 1,
				door->tls ? MHD_OPTION_ARRAY : MHD_OPTION_END,
				tls, MHD_OPTION_END);
}

/* A private key that others can read is none. */
static char *read_pem(const char *path, bool secret)
{
	char *text = xm_readfile(path, NULL);
	struct stat st;

	if (!text)
		xm_error(path, "cannot be read, so there is no port");
	if (text && secret && (stat(path, &st) || (st.st_mode & 077))) {
		xm_error(path, "can be read by others than root, so there is no port: chmod 600");
		free(text);
		text = NULL;
	}
	return text;
}

/**
 * xend_http_open() - have the HTTP library serve what comes in at a door
 * @door: the door
 * @conf: the configuration
 *
 * Return: 0, or -1 after a message.
 */
int xend_http_open(struct xend_door *door, const struct xm_xendconf *conf)
{
	char *certificate = NULL, *key = NULL;

	if (door->tls) {
		certificate = read_pem(conf->certificate, false);
		key = certificate ? read_pem(conf->key, true) : NULL;
		if (access(conf->password, F_OK)) {
			xm_error(conf->password, "is missing, so there is no port: 'xend --set-password'");
			free(key);
			key = NULL;
		}
	}
	if (!door->tls || key) {
		door->mhd = start_library(door, certificate, key);
		if (!door->mhd)
			xm_error("server", "the HTTP library does not start%s",
				 door->tls ? "; do certificate and key belong together?" : "");
	}
	free(certificate);
	free(key);
	return door->mhd ? 0 : -1;
}

/* Let the library do what there is to do. */
void xend_http_turn(struct xend_door *door)
{
	if (door->mhd)
		MHD_run(door->mhd);
}

/* How long it can wait: this, or less. */
int xend_http_timeout(struct xend_door *door, int timeout_ms)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (door->mhd && MHD_get_timeout(door->mhd, &ms) == MHD_YES &&
	    ms < (MHD_UNSIGNED_LONG_LONG)timeout_ms)
		return ms;
	return timeout_ms;
}
