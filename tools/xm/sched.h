/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Xen's schedulers: what a domain has of the CPUs. */
#ifndef XM_SCHED_H
#define XM_SCHED_H

#include "xm.h"

/**
 * struct xm_sched_key - one of a scheduler's parameters
 * @name: of the option, and in JSON
 * @letter: of the option
 * @title: of the column
 * @offset: of the field in libxl_domain_sched_params; in libxl_sched_params if each
 *          virtual CPU has its own
 * @min: least
 * @max: most
 */
struct xm_sched_key {
	const char *name;
	char letter;
	const char *title;
	size_t offset;
	long min, max;
};

/**
 * struct xm_sched_pool - parameters of a scheduler that are one pool's
 * @tslice: how long a virtual CPU may run, in ms; -1: none is given, or there is none
 * @ratelimit: how long it does at the least, in us; -1: the same
 */
struct xm_sched_pool {
	long tslice;
	long ratelimit;
};

/**
 * struct xm_sched - one scheduler
 * @sched: libxl's number
 * @keys: parameters of a domain
 * @count: of @keys
 * @pool: reads parameters of a pool if none is given, and sets those that are; NULL:
 *        there are none
 * @has_tslice: one of them is a time slice
 * @per_vcpu: each virtual CPU has its own
 */
struct xm_sched {
	libxl_scheduler sched;
	const struct xm_sched_key *keys;
	size_t count;
	int (*pool)(libxl_ctx *ctx, uint32_t pool, struct xm_sched_pool *p);
	bool has_tslice;
	bool per_vcpu;
};

/* The weight of who asks for none. */
#define XM_SCHED_WEIGHT 256

/* Weight and cap. */
#define XM_SCHED_SHARES 2
extern const struct xm_sched_key xm_sched_shares[XM_SCHED_SHARES];

int xm_sched_verb(int argc, char **argv, const struct xm_sched *s);
const char *xm_sched_name(libxl_scheduler sched);
int xm_sched_wrong(const char *arg, libxl_scheduler is);

/* classic-sched.c: what Xen 2.0's schedulers were told. */
int xm_share_set(struct xm_host *host, const char *arg, uint32_t domid,
		 long weight, long cap);
int xm_slice_verb(int argc, char **argv, bool most);
bool xm_nanoseconds(const char *text, double *ns);

/* Of credit and credit2, for the others. */
int xm_credit_pool(libxl_ctx *ctx, uint32_t pool, struct xm_sched_pool *p);
int xm_credit2_pool(libxl_ctx *ctx, uint32_t pool, struct xm_sched_pool *p);

#endif /* XM_SCHED_H */
