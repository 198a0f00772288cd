// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's calls for schedulers; see fake.h.
 *
 *   FAKE_SCHED  libxl's number of the scheduler; credit2 if it is not set
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

int libxl_get_scheduler(libxl_ctx *ctx)
{
	const char *sched = getenv("FAKE_SCHED");

	(void)ctx;
	return sched ? atoi(sched) : LIBXL_SCHEDULER_CREDIT2;
}

int libxl_domain_sched_params_get(libxl_ctx *ctx, uint32_t domid,
				  libxl_domain_sched_params *p)
{
	p->sched = libxl_get_scheduler(ctx);
	p->weight = fake_number(domid, "weight", 256);
	p->cap = fake_number(domid, "cap", 0);
	p->period = fake_number(domid, "period", 10000);
	p->budget = fake_number(domid, "budget", 4000);
	p->extratime = 1;
	return fake_fails("sched-get") ? ERROR_FAIL : 0;
}

int libxl_domain_sched_params_set(libxl_ctx *ctx, uint32_t domid,
				  const libxl_domain_sched_params *p)
{
	(void)ctx;
	if (p->sched == LIBXL_SCHEDULER_RTDS)
		fake_call("rtds %u period=%d budget=%d extratime=%d", domid,
			  p->period, p->budget, p->extratime);
	else
		fake_call("sched %u weight=%d cap=%d", domid, p->weight, p->cap);
	return fake_fails("sched-set") ? ERROR_FAIL : 0;
}

static void fill(libxl_sched_params *one, int vcpu)
{
	one->vcpuid = vcpu;
	one->period = 10000 + vcpu;
	one->budget = 4000 + vcpu;
	one->extratime = 1;
}

int libxl_vcpu_sched_params_get(libxl_ctx *ctx, uint32_t domid,
				libxl_vcpu_sched_params *p)
{
	(void)ctx;
	(void)domid;
	for (int i = 0; i < p->num_vcpus; i++) {
		if (p->vcpus[i].vcpuid > 1)
			return ERROR_INVAL;
		fill(&p->vcpus[i], p->vcpus[i].vcpuid);
	}
	return 0;
}

int libxl_vcpu_sched_params_get_all(libxl_ctx *ctx, uint32_t domid,
				    libxl_vcpu_sched_params *p)
{
	(void)ctx;
	(void)domid;
	p->num_vcpus = 2;
	p->vcpus = xm_calloc(2, sizeof(*p->vcpus));
	fill(&p->vcpus[0], 0);
	fill(&p->vcpus[1], 1);
	return 0;
}

int libxl_vcpu_sched_params_set(libxl_ctx *ctx, uint32_t domid,
				const libxl_vcpu_sched_params *p)
{
	(void)ctx;
	for (const libxl_sched_params *one = p->vcpus; one < p->vcpus + p->num_vcpus; one++)
		fake_call("vcpu %u vcpu=%d period=%d budget=%d extratime=%d", domid,
			  one->vcpuid, one->period, one->budget, one->extratime);
	return fake_fails("sched-set") ? ERROR_FAIL : 0;
}

int libxl_sched_credit_params_get(libxl_ctx *ctx, uint32_t pool,
				  libxl_sched_credit_params *p)
{
	(void)ctx;
	(void)pool;
	p->tslice_ms = 30;
	p->ratelimit_us = 1000;
	p->vcpu_migr_delay_us = 0;
	return 0;
}

int libxl_sched_credit_params_set(libxl_ctx *ctx, uint32_t pool,
				  libxl_sched_credit_params *p)
{
	(void)ctx;
	fake_call("credit pool=%u tslice=%d ratelimit=%d", pool, p->tslice_ms,
		  p->ratelimit_us);
	return fake_fails("sched-set") ? ERROR_FAIL : 0;
}

int libxl_sched_credit2_params_get(libxl_ctx *ctx, uint32_t pool,
				   libxl_sched_credit2_params *p)
{
	(void)ctx;
	(void)pool;
	p->ratelimit_us = 1000;
	return 0;
}

int libxl_sched_credit2_params_set(libxl_ctx *ctx, uint32_t pool,
				   libxl_sched_credit2_params *p)
{
	(void)ctx;
	fake_call("credit2 pool=%u ratelimit=%d", pool, p->ratelimit_us);
	return fake_fails("sched-set") ? ERROR_FAIL : 0;
}

int libxl_cpupool_info(libxl_ctx *ctx, libxl_cpupoolinfo *info, uint32_t pool)
{
	info->poolid = pool;
	info->pool_name = xm_strdup(pool ? "night" : "Pool-0");
	info->sched = libxl_get_scheduler(ctx);
	return 0;
}

int libxl_cpupool_qualifier_to_cpupoolid(libxl_ctx *ctx, const char *name,
					 uint32_t *pool, int *was_name)
{
	(void)ctx;
	(void)was_name;
	*pool = 1;
	return strcmp(name, "night") ? ERROR_FAIL : 0;
}
