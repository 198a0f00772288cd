// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that speaks HTTP: one loop, no connection to Xen. The daemon starts
 * it, and again if it dies; whatever clients do to it, guests are watched over.
 * Called by main.c.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.h"
#include "http.h"
#include "key.h"
#include "loop.h"
#include "run.h"
#include "sample.h"
#include "xend.h"

/* What it was asked to do is finished within this, in seconds; xm's go on then. */
#define LEAVE 4
/* A port that could not be had is tried again after so many seconds. */
#ifndef XEND_RETRY
#define XEND_RETRY 10
#endif

static const int signals[] = { SIGTERM, SIGINT, SIGCHLD };
static bool told_to_end;

static struct xend_door root = { .listeners = 0 }, port = { .listeners = 0 };
static struct xm_xendconf conf;
static struct xend_key key;

static void on_wake(struct xend_source *source, uint32_t events)
{
	unsigned char sig;
	int status;
	pid_t pid;

	(void)events;
	while (read(source->fd, &sig, 1) == 1)
		if (sig != SIGCHLD)
			told_to_end = true;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!xend_sample_reap(pid) && !xend_console_reap(pid))
			xend_run_reap(pid, status);
}

/* The library tells by its own epoll descriptor that there is something to do. */
static void on_library(struct xend_source *source, uint32_t events)
{
	(void)source;
	(void)events;
}

static int open_door(struct xend_door *door, struct xend_source *library)
{
	const union MHD_DaemonInfo *info;

	if (xend_http_open(door, &conf))
		return -1;
	info = MHD_get_daemon_info(door->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	library->fd = info->epoll_fd;
	library->ready = on_library;
	return xend_loop_add(library, EPOLLIN);
}

static void turn(int timeout_ms)
{
	timeout_ms = xend_http_timeout(&root, timeout_ms);
	timeout_ms = xend_http_timeout(&port, timeout_ms);
	xend_loop_turn(timeout_ms);
	xend_http_turn(&root);
	xend_http_turn(&port);
}

/* Somebody else may have it, or a part of it, for now, or the network is not there yet. */
static void try_port(void)
{
	static long next;
	long begun = xm_clock(), now;
	bool had = port.listeners;

	if (!port.mhd || (had && (!port.lacks || port.full)) || begun < next)
		return;
	if (!xend_door_port(&port, &conf) && !had && xend_key_make(&key, &conf))
		xend_door_close(&port);
	now = xm_clock();
	/* A name that nobody knows takes its time, and all others wait for that. */
	next = now + XEND_RETRY + 10 * (now - begun);
}

/* Nobody is led to the port any more before somebody else can have it. */
static void leave(void)
{
	xend_key_forget();
	explicit_bzero(&key, sizeof(key));
	xend_http_leave();
	xend_door_close(&root);
	xend_door_close(&port);
	xend_console_stop();
}

static void work(void)
{
	long now, ticked = 0, until = 0;

	while (!until || (!xend_run_idle() && xm_clock() < until)) {
		turn(1000);
		now = xm_clock();
		if (told_to_end && !until) {
			until = now + LEAVE;
			leave();
		}
		if (now == ticked)
			continue;
		xend_conn_tick();
		xend_run_tick();
		xend_sample_tick();
		xend_console_tick();
		if (!until)
			try_port();
		ticked = now;
	}
	xend_run_drop();
	/* Answers that are on their way. */
	for (int i = 0; i < 20; i++)
		turn(5);
}

/* 256 connections, 8 commands, and some more. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= 1024)
		return;
	limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_all(struct xend_source *wake, struct xend_source *libraries)
{
	wake->fd = xm_wake_catch(signals, ARRAY_SIZE(signals));
	wake->ready = on_wake;
	if (wake->fd < 0 || xend_loop_open() || xend_loop_add(wake, EPOLLIN))
		return -1;
	if (!open_door(&root, &libraries[0]))
		xend_door_root(&root, conf.socket);
	port.tls = !xm_xendconf_local(conf.address);
	if (conf.http && !open_door(&port, &libraries[1]))
		try_port();
	/* With one of two it is of use, and the log says what the other lacks. */
	return root.listeners || port.listeners ? 0 : -1;
}

/**
 * xend_serve() - speak HTTP until SIGTERM
 * @file: the configuration, as the daemon has kept it; NULL: what stands in the usual files
 *
 * Return: an exit status.
 */
int xend_serve(const char *file)
{
	static struct xend_source wake, libraries[2];
	int ret = XM_CONFIG;

	xm_log_to(XEND_LOG_FILE);
	signal(SIGPIPE, SIG_IGN);
	allow_descriptors();
	if (xend_conf(&conf, file, true))
		goto free;
	xend_http_init(&conf, file, &key);
	xend_login_begin(conf.password);
	ret = XM_FAIL;
	if (!open_all(&wake, libraries)) {
		work();
		ret = XM_OK;
	}
	xend_sample_stop();
free:
	xm_xendconf_free(&conf);
	return ret;
}
