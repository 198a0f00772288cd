// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes a guest, or nothing at all. Called by cmd-create.c, and by watch.c when
 * a guest is to be restarted.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config.h"
#include "lock.h"

/* xl keeps a guest's configuration file with it under this name. */
static void keep_config(struct xm_host *host, uint32_t domid,
			libxl_domain_config *dc)
{
	char *text = xm_config_text(dc);

	libxl_userdata_store(host->ctx, domid, "xl", (const uint8_t *)text,
			     strlen(text));
	free(text);
}

/* Take away what a failed or interrupted build left, if anything. */
void xm_build_undo(struct xm_host *host, uint32_t domid)
{
	if (domid && domid != (uint32_t)INVALID_DOMID &&
	    !libxl_domain_info(host->ctx, NULL, domid))
		libxl_domain_destroy(host->ctx, domid, NULL);
}

/**
 * xm_build() - make a guest; it is left paused
 * @host: open connection
 * @set: the host's settings, applied to @dc already
 * @dc: the guest; libxl fills in what was left open
 * @domid: its number
 * @console: told when the console can be attached to; may be NULL
 *
 * Return: XM_OK, or an exit code after a message; then nothing is left behind.
 */
int xm_build(struct xm_host *host, const struct xm_settings *set,
	     libxl_domain_config *dc, uint32_t *domid,
	     const libxl_asyncprogress_how *console)
{
	const char *name = dc->c_info.name;
	int lock, ret;

	*domid = INVALID_DOMID;
	if (libxl_uuid_is_nil(&dc->c_info.uuid))
		libxl_uuid_generate(&dc->c_info.uuid);
	lock = xm_lock(set->lockfile, name);
	if (lock < 0)
		return XM_FAIL;
	ret = xm_memory_free(host, set, dc);
	if (!ret && libxl_domain_create_new(host->ctx, dc, domid, NULL,
					    console)) {
		ret = xm_libxl_failed(host, name, "could not be made");
		xm_build_undo(host, *domid);
	}
	close(lock);
	if (!ret)
		keep_config(host, *domid, dc);
	return ret;
}
