/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every part of xm shares: exit codes, the command table's row, messages
 * and the open connection to Xen. Included by all of tools/xm (floor 6); the
 * files that need no libxl include only util.h and their own header.
 */
#ifndef XM_H
#define XM_H

#include <getopt.h>
#include <libxl.h>
#include <libxlutil.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "util.h"

/* Documented in xm.1 under EXIT STATUS; scripts depend on the numbers. */
enum xm_exit {
	XM_OK = 0,
	XM_FAIL = 1,
	XM_USAGE = 2,
	XM_NOTFOUND = 3,
	XM_NOXEN = 4,
	XM_CONFIG = 5,
	XM_BUSY = 6,
	XM_NOMEM = 7,
	XM_TIMEOUT = 8,
};

/**
 * struct xm_verb - one row of the command table
 * @name: what is typed after "xm"
 * @run: gets argv with argv[0] = @name, returns an enum xm_exit
 * @synopsis: the arguments, as --help and the man page show them
 * @summary: one line for "xm help"
 * @options: one line per option for --help, NULL if there are none
 * @hidden: not listed by "xm help" (started by xm itself)
 */
struct xm_verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *synopsis;
	const char *summary;
	const char *options;
	bool hidden;
};

extern const struct xm_verb xm_verbs[];
extern const size_t xm_verb_count;

const struct xm_verb *xm_verb_find(const char *name);
const char *xm_verb_also(const struct xm_verb *verb);
int xm_verb_missing(const char *name);
void xm_verb_help(const struct xm_verb *verb, const char *name, FILE *out);
int xm_verb_dispatch(int argc, char **argv);

/* Options that every verb knows; long options may use these values. */
#define XM_LONGOPTS \
	{ "help", no_argument, NULL, 'h' }, \
	{ "verbose", no_argument, NULL, 'v' }, \
	{ NULL, 0, NULL, 0 }

int xm_getopt(int argc, char **argv, const char *shorts,
	      const struct option *longs);
bool xm_verb_flag(int argc, char **argv, const char *name, char letter);
int xm_usage(const char *verb, const char *fmt, ...) XM_PRINTF(2, 3);

/**
 * struct xm_host - one open connection to Xen
 * @ctx: libxenlight's context
 * @log: libxl's messages, see log.c
 */
struct xm_host {
	libxl_ctx *ctx;
	struct xm_log *log;
};

int xm_host_open(struct xm_host *host);
void xm_host_close(struct xm_host *host);
bool xm_host_direct_files(bool load);
int xm_host_store(void);
bool xm_host_node_cpus(long node, libxl_bitmap *map);

/* domain.c */
int xm_host_domain(struct xm_host *host, const char *arg, uint32_t *domid);
int xm_each_domain(struct xm_host *host, char **args, int n,
		   int (*act)(struct xm_host *host, uint32_t domid, void *user),
		   void *user);
int xm_no_disk(const char *arg, const char *vdev);
int xm_no_nic(const char *arg, const char *nic);
const char *xm_state_name(int state);
void xm_state_letters(const libxl_dominfo *d, char s[7]);
char *xm_host_domname(struct xm_host *host, uint32_t domid);

/* For verbs that are about one domain, and those with no other argument. */
int xm_verb_open(struct xm_host *host, const char *arg, uint32_t *domid);
int xm_verb_open_guest(struct xm_host *host, const char *verb, const char *arg,
		       uint32_t *domid);
int xm_with_domain(int argc, char **argv, const char *what,
		   int (*act)(libxl_ctx *ctx, uint32_t domid));
int xm_verb_detach(int argc, char **argv, const char *needs,
		   int (*detach)(struct xm_host *host, const char *domain,
				 uint32_t domid, const char *device,
				 bool force));

/* libxl's log: silent unless -v, but its errors are kept for one message. */
struct xm_log *xm_log_new(xentoollog_level shown);
void xm_log_free(struct xm_log *log);
const char *xm_log_cause(const struct xm_log *log);
char *xm_libxl_why(struct xm_host *host);
int xm_libxl_failed(struct xm_host *host, const char *subject,
		    const char *what);

int cmd_atropos(int argc, char **argv);
int cmd_block_attach(int argc, char **argv);
int cmd_block_detach(int argc, char **argv);
int cmd_block_list(int argc, char **argv);
int cmd_block_reattach(int argc, char **argv);
int cmd_bvt(int argc, char **argv);
int cmd_bvt_ctxallow(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_console(int argc, char **argv);
int cmd_consoles(int argc, char **argv);
int cmd_create(int argc, char **argv);
int cmd_delete(int argc, char **argv);
int cmd_destroy(int argc, char **argv);
int cmd_dmesg(int argc, char **argv);
int cmd_domid(int argc, char **argv);
int cmd_domname(int argc, char **argv);
int cmd_dump_core(int argc, char **argv);
int cmd_end_domain(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_hvm2pv(int argc, char **argv);
int cmd_image_clone(int argc, char **argv);
int cmd_image_create(int argc, char **argv);
int cmd_image_delete(int argc, char **argv);
int cmd_image_list(int argc, char **argv);
int cmd_image_resize(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_mem_max(int argc, char **argv);
int cmd_mem_set(int argc, char **argv);
int cmd_migrate(int argc, char **argv);
int cmd_migrate_receive(int argc, char **argv);
int cmd_network_attach(int argc, char **argv);
int cmd_network_detach(int argc, char **argv);
int cmd_network_list(int argc, char **argv);
int cmd_network_reattach(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_pause(int argc, char **argv);
int cmd_reboot(int argc, char **argv);
int cmd_rename(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_resume(int argc, char **argv);
int cmd_rrobin(int argc, char **argv);
int cmd_save(int argc, char **argv);
int cmd_sched_credit(int argc, char **argv);
int cmd_sched_credit2(int argc, char **argv);
int cmd_sched_rtds(int argc, char **argv);
int cmd_shutdown(int argc, char **argv);
int cmd_start(int argc, char **argv);
int cmd_sysrq(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_trigger(int argc, char **argv);
int cmd_undo_create(int argc, char **argv);
int cmd_undo_save(int argc, char **argv);
int cmd_unpause(int argc, char **argv);
int cmd_uptime(int argc, char **argv);
int cmd_vcpu_list(int argc, char **argv);
int cmd_vcpu_pin(int argc, char **argv);
int cmd_vcpu_set(int argc, char **argv);
int cmd_vncviewer(int argc, char **argv);
int cmd_watch_domain(int argc, char **argv);

#endif /* XM_H */
