// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host that isn't there: xm's connection to it, and what it has of memory and
 * devices. Instead of tools/xm/host.c; domains are in fake-xen.c.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake-xen.h"

/* ---- xm's connection --------------------------------------------------------------- */

int xm_host_open(struct xm_host *host)
{
	memset(host, 0, sizeof(*host));
	if (fake_fails("host"))
		return XM_NOXEN;
	host->log = xm_log_new(XTL_NUM_LEVELS);
	/* libxl's own functions take it for a context: its logger is the first member. */
	host->ctx = xm_calloc(1, 1 << 16);
	*(void **)host->ctx = host->log;
	return XM_OK;
}

void xm_host_close(struct xm_host *host)
{
	xm_log_free(host->log);
	free(host->ctx);
	memset(host, 0, sizeof(*host));
}

/* There is one, with nothing in it: fake-xs.c. */
int xm_host_store(void)
{
	return 1;
}

void libxl_childproc_setmode(libxl_ctx *ctx, const libxl_childproc_hooks *hooks,
			     void *user)
{
	(void)ctx;
	(void)hooks;
	(void)user;
}

bool xm_host_direct_files(bool load)
{
	(void)load;
	return true;
}

bool xm_host_node_cpus(long node, libxl_bitmap *map)
{
	(void)node;
	(void)map;
	return false;
}

/* A program that speaks instead of the guest. */
int libxl_primary_console_exec(libxl_ctx *ctx, uint32_t domid, int notify)
{
	const char *program = getenv("FAKE_CONSOLE");

	(void)ctx;
	(void)domid;
	(void)notify;
	if (program)
		execlp(program, program, NULL);
	return ERROR_FAIL;
}

/* ---- room for them, and their devices: always, and none --------------------------- */

int libxl_domain_need_memory(libxl_ctx *ctx, libxl_domain_config *dc,
			     uint32_t domid, uint64_t *need)
{
	(void)ctx;
	(void)dc;
	(void)domid;
	*need = 65536;
	return 0;
}

int libxl_get_free_memory(libxl_ctx *ctx, uint64_t *kb)
{
	(void)ctx;
	*kb = fake_fails("memory") ? 0 : 1 << 20;
	return 0;
}

int libxl_wait_for_free_memory(libxl_ctx *ctx, uint32_t domid, uint64_t kb,
			       int seconds)
{
	(void)ctx;
	(void)domid;
	(void)kb;
	(void)seconds;
	return ERROR_NOMEM;
}

const libxl_version_info *libxl_get_version_info(libxl_ctx *ctx)
{
	static const libxl_version_info info = {
		.xen_version_major = 4, .xen_version_minor = 17,
		.pagesize = 4096,
		.xen_version_extra = (char *)"-fake",
		.capabilities = (char *)"", .commandline = (char *)"dom0_mem=1G",
		.changeset = (char *)"", .compiler = (char *)"",
		.compile_by = (char *)"", .compile_date = (char *)"",
	};

	(void)ctx;
	return &info;
}

int libxl_get_physinfo(libxl_ctx *ctx, libxl_physinfo *info)
{
	(void)ctx;
	info->nr_cpus = 2;
	info->total_pages = 1 << 20;
	info->free_pages = 1 << 19;
	return 0;
}

int libxl_get_scheduler(libxl_ctx *ctx)
{
	(void)ctx;
	return LIBXL_SCHEDULER_CREDIT2;
}

libxl_device_disk *libxl_device_disk_list(libxl_ctx *ctx, uint32_t domid,
					  int *num)
{
	(void)ctx;
	(void)domid;
	*num = 0;
	return NULL;
}

libxl_device_nic *libxl_device_nic_list(libxl_ctx *ctx, uint32_t domid,
					int *num)
{
	(void)ctx;
	(void)domid;
	*num = 0;
	return NULL;
}

void libxl_device_disk_list_free(libxl_device_disk *list, int n)
{
	(void)n;
	free(list);
}

void libxl_device_nic_list_free(libxl_device_nic *list, int n)
{
	(void)n;
	free(list);
}
