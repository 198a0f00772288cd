// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm's connection to libxl, and libxl's calls for network interfaces, on the
 * directory that fake-xenstore.c has in the place of xenstore: for tests of verbs
 * on a machine without Xen. Linked before libxl and instead of host.c; fake.h says
 * what else there is.
 */
#include <libxl_utils.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xenstore.h>

#include "fake.h"
#include "mac.h"

static char *node(const char *fmt, uint32_t domid, int devid, const char *name)
{
	char *path = xm_asprintf(fmt, domid, devid, name);
	char *value = xs_read(NULL, XBT_NULL, path, NULL);

	free(path);
	return value;
}

/* One line in the file of calls. */
void fake_call(const char *fmt, ...)
{
	const char *path = getenv("FAKE_CALLS");
	FILE *log = path ? fopen(path, "a") : NULL;
	va_list ap;

	if (!log)
		return;
	va_start(ap, fmt);
	vfprintf(log, fmt, ap);
	va_end(ap);
	fputc('\n', log);
	fclose(log);
}

/* Whether this call is to fail; libxl then says why. */
bool fake_fails(const char *what)
{
	const char *which = getenv("FAKE_FAIL");

	return which && !strcmp(which, what);
}

static void call(const char *what, const libxl_device_nic *nic)
{
	char mac[XM_MAC_TEXT];

	xm_mac_format(nic->mac, mac);
	fake_call("%s devid=%d mac=%s bridge=%s script=%s ip=%s rate=%lu",
		  what, nic->devid, mac, nic->bridge ? nic->bridge : "",
		  nic->script ? nic->script : "", nic->ip ? nic->ip : "",
		  (unsigned long)nic->rate_bytes_per_interval);
}

/* Where libxl says why it fails. */
struct xentoollog_logger *fake_log;

int xm_host_open(struct xm_host *host)
{
	memset(host, 0, sizeof(*host));
	host->log = xm_log_new(XTL_NUM_LEVELS);
	fake_log = (struct xentoollog_logger *)host->log;
	return XM_OK;
}

void xm_host_close(struct xm_host *host)
{
	xm_log_free(host->log);
}

bool xm_host_direct_files(bool load)
{
	(void)load;
	return getenv("FAKE_DIRECT");
}

int xm_host_store(void)
{
	return getenv("FAKE_NO_STORE") ? -1 : 1;
}

bool xm_host_node_cpus(long node, libxl_bitmap *map)
{
	(void)node;
	(void)map;
	return false;
}

#define NIC "/libxl/%u/device/vif/%d/%s"

libxl_device_nic *libxl_device_nic_list(libxl_ctx *ctx, uint32_t domid,
					int *num)
{
	char *dir = xm_asprintf("/libxl/%u/device/vif", domid), *mac;
	unsigned int count = 0;
	char **names = xs_directory(NULL, XBT_NULL, dir, &count);
	libxl_device_nic *list = NULL;

	(void)ctx;
	free(dir);
	*num = count;
	for (unsigned int i = 0; i < count; i++) {
		list = xm_grow(list, i, sizeof(*list));
		libxl_device_nic_init(&list[i]);
		list[i].devid = atoi(names[i]);
		list[i].bridge = node(NIC, domid, list[i].devid, "bridge");
		list[i].script = node(NIC, domid, list[i].devid, "script");
		list[i].ifname = node(NIC, domid, list[i].devid, "vifname");
		mac = node(NIC, domid, list[i].devid, "mac");
		if (mac)
			xm_mac_parse(mac, list[i].mac);
		free(mac);
	}
	free(names);
	return list;
}

void libxl_device_nic_list_free(libxl_device_nic *list, int n)
{
	for (int i = 0; i < n; i++)
		libxl_device_nic_dispose(&list[i]);
	free(list);
}

int libxl_device_nic_getinfo(libxl_ctx *ctx, uint32_t domid,
			     const libxl_device_nic *nic, libxl_nicinfo *info)
{
	char *state = node("/local/domain/%u/device/vif/%d/%s", domid,
			   nic->devid, "state");

	(void)ctx;
	if (!state)
		return ERROR_FAIL;
	info->devid = nic->devid;
	info->state = atoi(state);
	info->frontend = xm_asprintf("/local/domain/%u/device/vif/%d", domid,
				     nic->devid);
	info->backend = xm_asprintf("/local/domain/0/backend/vif/%u/%d", domid,
				    nic->devid);
	free(state);
	return 0;
}

int libxl_device_nic_add(libxl_ctx *ctx, uint32_t domid, libxl_device_nic *nic,
			 const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)domid;
	(void)how;
	call("add", nic);
	if (fake_fails("add-exists"))
		return ERROR_DEVICE_EXISTS;
	return fake_fails("add") ? ERROR_FAIL : 0;
}

int libxl_device_nic_remove(libxl_ctx *ctx, uint32_t domid,
			    libxl_device_nic *nic,
			    const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)domid;
	(void)how;
	call("remove", nic);
	return fake_fails("remove") ? ERROR_FAIL : 0;
}

int libxl_device_nic_destroy(libxl_ctx *ctx, uint32_t domid,
			     libxl_device_nic *nic,
			     const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)domid;
	(void)how;
	call("destroy", nic);
	return 0;
}
