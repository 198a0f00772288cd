// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What domains use of the host: CPU time and memory by Xen's count, bytes of disks and
 * interfaces by that of the backends in this domain, which sysfs has. Called by
 * cmd-top.c and xend.
 */
#include <dirent.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends.h"
#include "meter.h"

#define SECTOR 512

static uint64_t counter(const char *dir, const char *node)
{
	char *text = xm_sysfs_read(dir, node);
	uint64_t value = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	return value;
}

static void add_disk(struct xm_meter *meter, const char *dir)
{
	meter->disk_read += counter(dir, "statistics/rd_sect") * SECTOR;
	meter->disk_written += counter(dir, "statistics/wr_sect") * SECTOR;
}

/* What the host's end has sent the guest has received. */
static void add_nic(struct xm_meter *meter, const char *dir)
{
	char *net = xm_asprintf("%s/net", dir), *one;
	DIR *names = opendir(net);
	struct dirent *entry;

	while (names && (entry = readdir(names))) {
		if (*entry->d_name == '.')
			continue;
		one = xm_asprintf("%s/%s/statistics", net, entry->d_name);
		meter->net_in += counter(one, "tx_bytes");
		meter->net_out += counter(one, "rx_bytes");
		free(one);
	}
	if (names)
		closedir(names);
	free(net);
}

static struct xm_meter *find(const struct xm_meters *m, uint32_t domid)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].info.domid == domid)
			return &m->list[i];
	return NULL;
}

static void add_device(void *arg, const char *kind, uint32_t domid, const char *dir)
{
	struct xm_meter *meter = find(arg, domid);

	if (meter && !strcmp(kind, "vbd"))
		add_disk(meter, dir);
	else if (meter && !strcmp(kind, "vif"))
		add_nic(meter, dir);
}

/**
 * xm_meters_read() - read all counters of all domains
 * @host: open connection
 * @m: filled in, to be freed with xm_meters_free()
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_meters_read(struct xm_host *host, struct xm_meters *m)
{
	struct timespec now;
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(host->ctx, &n);

	memset(m, 0, sizeof(*m));
	if (!list)
		return xm_libxl_failed(host, "Xen", "its domains could not be listed");
	clock_gettime(CLOCK_MONOTONIC, &now);
	m->ns = now.tv_sec * 1000000000ULL + now.tv_nsec;
	m->list = xm_calloc(n, sizeof(*m->list));
	m->count = n;
	for (int i = 0; i < n; i++) {
		libxl_dominfo_init(&m->list[i].info);
		libxl_dominfo_copy(host->ctx, &m->list[i].info, &list[i]);
		m->list[i].name = xm_host_domname(host, list[i].domid);
	}
	libxl_dominfo_list_free(list, n);
	xm_backends_each(add_device, m);
	return XM_OK;
}

/* NULL: it was not there then. */
const struct xm_meter *xm_meters_find(const struct xm_meters *m, uint32_t domid)
{
	return find(m, domid);
}

void xm_meters_free(struct xm_meters *m)
{
	for (size_t i = 0; i < m->count; i++) {
		libxl_dominfo_dispose(&m->list[i].info);
		free(m->list[i].name);
	}
	free(m->list);
	memset(m, 0, sizeof(*m));
}
