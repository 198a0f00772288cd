/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of xend share. The daemon itself (daemon.c) watches over guests;
 * a process of its own (serve.c) speaks HTTP and starts xm for what it is asked
 * to do. Both stand on files of tools/xm (floor 6).
 */
#ifndef XEND_H
#define XEND_H

#include <stdbool.h>
#include <sys/types.h>

#include "keep.h"
#include "outlook.h"
#include "util.h"
#include "xendconf.h"

#define XEND_LOG_FILE XM_LOGS "/xend.log"
#define XEND_TOKEN XM_RUN "/token"
#define XEND_URL XM_RUN "/url"
#define XEND_PARENT XM_RUN "/parent"
/* Of lines KEY = VALUE, by its name. */
#define XEND_KEPT XM_RUN "/xend.conf"
#ifndef XEND_PAGE
#define XEND_PAGE "/usr/share/xenify/xend"
#endif
/* What takes its seconds is divided by it: tests have less time. */
#ifndef XEND_PART
#define XEND_PART 1
#endif
#ifndef XEND_VERSION
#define XEND_VERSION "without a version"
#endif

/**
 * struct xend - the daemon
 * @host: open connection to Xen
 * @out: what it waits for
 * @conf: the configuration
 * @file: another configuration file than the usual ones; NULL: those
 * @lock: held as long as it watches over guests
 * @server: the process that speaks HTTP; 0: none
 * @served: when that was started, as xm_clock() has it
 * @leaves: when it is killed, as it was told to end; 0: it was not
 * @crashes: how often in a row it ended soon
 */
struct xend {
	struct xm_host host;
	struct xm_outlook out;
	struct xm_xendconf conf;
	const char *file;
	int lock;
	pid_t server;
	long served;
	long leaves;
	int crashes;
};

/* daemon.c */
int xend_daemon(const char *file, bool foreground, int ready);

/* detach.c */
int xend_detach(const char *file);
void xend_detach_note(void);

/* conf.c */
int xend_conf(struct xm_xendconf *conf, const char *file, bool quiet);
int xend_conf_keep(const struct xm_xendconf *conf);
void xend_conf_forget(void);

/* jobs.c: guests that have ended */
long xend_jobs_look(struct xend *x);
bool xend_jobs_reap(pid_t pid, int status);
void xend_jobs_leave(void);

/* handover.c */
void xend_take_over(struct xend *x);
void xend_give_back(struct xend *x, bool asked);

/* server.c: the process that speaks HTTP, as the daemon sees it */
long xend_server_keep(struct xend *x);
void xend_server_renew(struct xend *x);
bool xend_server_reap(struct xend *x, pid_t pid, int status);
void xend_server_stop(struct xend *x);

/* child.c */
const char *xend_xm(void);
pid_t xend_start(const char *const *argv, bool own_session);
int xend_run(const char *const *argv, long seconds);

/* put.c */
int xend_put(const char *path, const char *text);

/* network.c */
void xend_network(const struct xm_xendconf *conf);
void xend_network_forget(void);

/* notify.c */
void xend_notify(const char *state);

/* password.c */
int xend_password_set(const char *file);
int xend_password_check(const char *file);

/* serve.c */
int xend_serve(const char *file);

#endif /* XEND_H */
