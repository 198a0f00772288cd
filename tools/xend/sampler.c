// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that reads counters once a second and writes them as a line of JSON:
 * CPU time and memory as Xen has them, blocks and packets as Dom0's backends count
 * them. Started by sample.c; it is given up when that is gone.
 */
#include <dirent.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "reply.h"
#include "sample.h"
#include "uri.h"
#include "xend.h"

#ifndef XEND_SYS
#define XEND_SYS "/sys"
#endif
#define BACKENDS XEND_SYS "/bus/xen-backend/devices"
#define SECTOR 512

/* What one guest has done. */
struct counters {
	uint32_t domid;
	unsigned long long reads;
	unsigned long long writes;
	unsigned long long read_bytes;
	unsigned long long write_bytes;
	unsigned long long receive_bytes;
	unsigned long long transmit_bytes;
};

static unsigned long long number(const char *dir, const char *file)
{
	char *path = xm_asprintf("%s/%s", dir, file);
	char *text = xm_readfile(path, NULL);
	unsigned long long value = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	free(path);
	return value;
}

static void count_disk(struct counters *c, const char *dir)
{
	char *stats = xm_asprintf("%s/statistics", dir);

	c->reads += number(stats, "rd_req");
	c->writes += number(stats, "wr_req");
	c->read_bytes += SECTOR * number(stats, "rd_sect");
	c->write_bytes += SECTOR * number(stats, "wr_sect");
	free(stats);
}

/* What Dom0 has received the guest has transmitted. */
static void count_nic(struct counters *c, const char *dir)
{
	char *net = xm_asprintf("%s/net", dir), *stats;
	DIR *list = opendir(net);
	struct dirent *entry;

	while (list && (entry = readdir(list))) {
		if (*entry->d_name == '.')
			continue;
		stats = xm_asprintf("%s/%s/statistics", net, entry->d_name);
		c->receive_bytes += number(stats, "tx_bytes");
		c->transmit_bytes += number(stats, "rx_bytes");
		free(stats);
	}
	if (list)
		closedir(list);
	free(net);
}

static struct counters *counters_of(struct counters *list, int n,
				    uint32_t domid)
{
	for (int i = 0; i < n; i++)
		if (list[i].domid == domid)
			return &list[i];
	return NULL;
}

/* Devices are called vbd-DOMAIN-NUMBER and vif-DOMAIN-NUMBER. */
static void count_all(struct counters *list, int n)
{
	DIR *dir = opendir(BACKENDS);
	struct dirent *entry;
	struct counters *c;
	unsigned int domid;
	char kind[4];
	char *path;

	while (dir && (entry = readdir(dir))) {
		if (sscanf(entry->d_name, "%3[a-z]-%u-", kind, &domid) != 2)
			continue;
		c = counters_of(list, n, domid);
		if (!c)
			continue;
		path = xm_asprintf("%s/%s", BACKENDS, entry->d_name);
		if (!strcmp(kind, "vbd"))
			count_disk(c, path);
		else if (!strcmp(kind, "vif"))
			count_nic(c, path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

static void put_domain(FILE *out, struct xm_host *host,
		       const libxl_dominfo *d, const struct counters *c)
{
	char *name = xm_host_domname(host, d->domid);

	xm_printable(name);
	xend_text_clean(name);
	fputs("{\"name\": ", out);
	xend_json_string(out, name, strlen(name));
	fprintf(out, ", \"domid\": %u, \"state\": \"%c%c%c%c%c%c\"", d->domid,
		d->running ? 'r' : '-', d->blocked ? 'b' : '-',
		d->paused ? 'p' : '-',
		d->shutdown && d->shutdown_reason != LIBXL_SHUTDOWN_REASON_CRASH ?
		's' : '-',
		d->shutdown && d->shutdown_reason == LIBXL_SHUTDOWN_REASON_CRASH ?
		'c' : '-', d->dying ? 'd' : '-');
	fprintf(out, ", \"vcpus\": %u, \"memory\": %llu, \"maxmem\": %llu, \"cpu_time_ns\": %llu",
		d->vcpu_online,
		(unsigned long long)(d->current_memkb + d->outstanding_memkb) / 1024,
		(unsigned long long)d->max_memkb / 1024,
		(unsigned long long)d->cpu_time);
	fprintf(out, ", \"disks\": {\"read_bytes\": %llu, \"write_bytes\": %llu, \"reads\": %llu, \"writes\": %llu}",
		c->read_bytes, c->write_bytes, c->reads, c->writes);
	fprintf(out, ", \"network\": {\"receive_bytes\": %llu, \"transmit_bytes\": %llu}}",
		c->receive_bytes, c->transmit_bytes);
	free(name);
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

static void put_all(FILE *out, struct xm_host *host)
{
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(host->ctx, &n);
	struct counters *counted = xm_calloc(list ? n : 0, sizeof(*counted));
	struct timespec now;

	for (int i = 0; list && i < n; i++)
		counted[i].domid = list[i].domid;
	count_all(counted, list ? n : 0);
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(out, "{\"time_ms\": %lld, ",
		(long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	put_host(out, host);
	fputs(", \"domains\": [", out);
	for (int i = 0; list && i < n; i++) {
		if (i)
			fputs(", ", out);
		put_domain(out, host, &list[i], &counted[i]);
	}
	fputs("]}\n", out);
	free(counted);
	if (list)
		libxl_dominfo_list_free(list, n);
}

/* Return: an exit status. */
int xend_sampler(void)
{
	struct xm_host host;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ret = xm_host_open(&host);
	while (!ret) {
		put_all(stdout, &host);
		if (fflush(stdout))
			ret = XM_FAIL;
		sleep(1);
	}
	xm_host_close(&host);
	return ret;
}
