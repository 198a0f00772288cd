// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes a guest, or nothing at all. Called by cmd-create.c, and by watch.c when
 * a guest is to be restarted.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config.h"

/*
 * While memory is set aside for a guest nobody else may count on it. xl takes
 * the same lock, of the same kind, on the same file. The file stays (removing
 * it would split its waiters in two camps); the lock goes with the descriptor.
 */
static int lock_builds(const struct xm_settings *set)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(set->lockfile, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		xm_note(set->lockfile, "cannot be opened, going on without: %s",
			strerror(errno));
		return -1;
	}
	while (fcntl(fd, F_SETLKW, &fl) && errno == EINTR)
		;
	return fd;
}

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
	lock = lock_builds(set);
	ret = xm_memory_free(host, set, dc);
	if (!ret && libxl_domain_create_new(host->ctx, dc, domid, NULL,
					    console)) {
		ret = xm_libxl_failed(host, name, "could not be made");
		xm_build_undo(host, *domid);
	}
	if (lock >= 0)
		close(lock);
	if (!ret)
		keep_config(host, *domid, dc);
	return ret;
}
