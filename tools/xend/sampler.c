// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that reads counters once a second, those of "xm top" (meter.c), and
 * writes them as a line of JSON. Started by sample.c; it ends when nobody reads them.
 */
#include <libxl_utils.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "meter.h"
#include "reply.h"
#include "sample.h"
#include "uri.h"
#include "xend.h"

static void put_domain(FILE *out, struct xm_meter *m)
{
	const libxl_dominfo *d = &m->info;
	char state[8];

	xm_printable(m->name);
	xend_text_clean(m->name);
	xm_state_letters(d, state);
	fputs("{\"name\": ", out);
	xend_json_string(out, m->name, strlen(m->name));
	fprintf(out, ", \"domid\": %u, \"state\": \"%s\", \"vcpus\": %u",
		d->domid, state, d->vcpu_online);
	fprintf(out, ", \"memory\": %llu, \"maxmem\": %llu, \"cpu_time_ns\": %llu",
		(unsigned long long)(d->current_memkb + d->outstanding_memkb) / 1024,
		(unsigned long long)d->max_memkb / 1024,
		(unsigned long long)d->cpu_time);
	fprintf(out, ", \"disks\": {\"read_bytes\": %llu, \"write_bytes\": %llu}",
		(unsigned long long)m->disk_read,
		(unsigned long long)m->disk_written);
	fprintf(out, ", \"network\": {\"receive_bytes\": %llu, \"transmit_bytes\": %llu}}",
		(unsigned long long)m->net_in, (unsigned long long)m->net_out);
}

static void put_host(FILE *out, struct xm_host *host)
{
	const libxl_version_info *v = libxl_get_version_info(host->ctx);
	unsigned long long kb = v ? v->pagesize / 1024 : 4;
	libxl_physinfo p;

	libxl_physinfo_init(&p);
	libxl_get_physinfo(host->ctx, &p);
	fprintf(out, "\"host\": {\"cpus\": %u, \"memory\": %llu, \"free_memory\": %llu}",
		p.nr_cpus, (unsigned long long)p.total_pages * kb / 1024,
		(unsigned long long)(p.free_pages + p.scrub_pages) * kb / 1024);
	libxl_physinfo_dispose(&p);
}

static int put_all(FILE *out, struct xm_host *host)
{
	struct xm_meters all;
	int ret = xm_meters_read(host, &all);

	if (ret)
		return ret;
	fprintf(out, "{\"time_ms\": %llu, ",
		(unsigned long long)all.ns / 1000000);
	put_host(out, host);
	fputs(", \"domains\": [", out);
	for (size_t i = 0; i < all.count; i++) {
		if (i)
			fputs(", ", out);
		put_domain(out, &all.list[i]);
	}
	fputs("]}\n", out);
	xm_meters_free(&all);
	return fflush(out) ? XM_FAIL : XM_OK;
}

/* Return: an exit status. */
int xend_sampler(void)
{
	struct xm_host host;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ret = xm_host_open(&host);
	while (!ret) {
		ret = put_all(stdout, &host);
		sleep(1);
	}
	xm_host_close(&host);
	return ret;
}
