// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets a guest aside that has ended, for somebody to look at. Called by end.c. */
#include <libxl_utils.h>
#include <stdlib.h>

#include "aside.h"

/* What ended does not use its devices any more, and the new guest is to have them. */
static int release_devices(struct xm_host *host, uint32_t domid)
{
	libxl_ctx *ctx = host->ctx;
	int ndisks, nnics, ret = 0;
	libxl_device_disk *disks = libxl_device_disk_list(ctx, domid, &ndisks);
	libxl_device_nic *nics = libxl_device_nic_list(ctx, domid, &nnics);

	for (int i = 0; disks && i < ndisks; i++)
		ret |= libxl_device_disk_destroy(ctx, domid, &disks[i], NULL);
	for (int i = 0; nics && i < nnics; i++)
		ret |= libxl_device_nic_destroy(ctx, domid, &nics[i], NULL);
	if (disks)
		libxl_device_disk_list_free(disks, ndisks);
	if (nics)
		libxl_device_nic_list_free(nics, nnics);
	return ret;
}

/**
 * xm_aside() - give a guest that has ended another name
 * @host: open connection
 * @domid: the guest
 * @json: its configuration
 *
 * Its devices and its own name are free then. To Xen it is the same guest still: it
 * keeps its UUID, but for what xenstore says, and what libxl keeps with it.
 *
 * Return: 0, or an error of libxl's.
 */
int xm_aside(struct xm_host *host, uint32_t domid, const char *json)
{
	char *suffix = xm_asprintf("-%u", domid);
	libxl_domain_config dc;
	libxl_uuid uuid;
	int ret;

	libxl_domain_config_init(&dc);
	libxl_uuid_generate(&uuid);
	ret = libxl_domain_config_from_json(host->ctx, &dc, json);
	if (!ret)
		ret = release_devices(host, domid);
	if (!ret)
		ret = libxl_domain_preserve(host->ctx, domid, &dc.c_info,
					    suffix, uuid);
	libxl_domain_config_dispose(&dc);
	free(suffix);
	return ret;
}
