// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host that isn't there: domains are directories below $FAKE_XEN, which all
 * processes of a test share, so that any of them may be killed at any point and the
 * others go on. Linked before libxl and instead of tools/xm/host.c.
 *
 *   $FAKE_XEN/domains/N/name, uuid, state, json, user.ID
 *   state: paused, running, dying, or "shutdown R" with libxl's number of the reason
 *   $FAKE_XEN/calls     a line for each call that changes something
 *   FAKE_SLOW           milliseconds between the steps of what has several
 *   $FAKE_XEN/fail-CALL the call fails as long as there is this file; fail-ID: what
 *                       is called so can't be kept with a domain
 *   $FAKE_XEN/hold-CALL the call waits as long as there is this file; hold-ID: who
 *                       reads what is called so
 *   $FAKE_XEN/stale     a mark that new domains have: libxl keeps them on the disk, and
 *                       the host has broken down since
 */
#include <dirent.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-xen.h"

/* ---- domains -------------------------------------------------------------------------- */

static bool info_of(uint32_t domid, libxl_dominfo *info)
{
	char *state, *uuid;
	int reason;

	if (!fake_exists(domid))
		return false;
	memset(info, 0, sizeof(*info));
	info->domid = domid;
	info->domain_type = LIBXL_DOMAIN_TYPE_PV;
	info->current_memkb = 65536;
	info->max_memkb = 65536;
	info->vcpu_online = 1;
	uuid = fake_get(domid, "uuid");
	if (uuid)
		libxl_uuid_from_string(&info->uuid, uuid);
	state = fake_get(domid, "state");
	if (!state || !strcmp(state, "paused"))
		info->paused = true;
	else if (sscanf(state, "shutdown %d", &reason) == 1)
		info->shutdown = true;
	else if (!strcmp(state, "dying"))
		info->dying = true;
	else
		info->running = true;
	if (info->shutdown)
		info->shutdown_reason = reason;
	if (state && !info->paused)
		info->cpu_time = 1000000;
	free(state);
	free(uuid);
	return true;
}

libxl_dominfo *libxl_list_domain(libxl_ctx *ctx, int *count)
{
	libxl_dominfo *list = xm_calloc(1, sizeof(*list));
	char *dir = fake_place("domains");
	struct dirent *entry;
	int lock = fake_enter();
	DIR *in = opendir(dir);

	(void)ctx;
	*count = 0;
	while (in && (entry = readdir(in))) {
		if (*entry->d_name == '.')
			continue;
		list = xm_grow(list, *count, sizeof(*list));
		if (info_of(atoi(entry->d_name), &list[*count]))
			++*count;
	}
	if (in)
		closedir(in);
	fake_leave(lock);
	free(dir);
	return list;
}

int libxl_domain_info(libxl_ctx *ctx, libxl_dominfo *info, uint32_t domid)
{
	libxl_dominfo mine;
	int lock = fake_enter();
	bool is = info_of(domid, info ? info : &mine);

	(void)ctx;
	fake_leave(lock);
	return is ? 0 : ERROR_DOMAIN_NOTFOUND;
}

char *libxl_domid_to_name(libxl_ctx *ctx, uint32_t domid)
{
	(void)ctx;
	return fake_get(domid, "name");
}

int libxl_name_to_domid(libxl_ctx *ctx, const char *name, uint32_t *domid)
{
	int n, ret = ERROR_INVAL;
	libxl_dominfo *list = libxl_list_domain(ctx, &n);

	for (int i = 0; i < n; i++) {
		char *have = fake_get(list[i].domid, "name");

		if (have && !strcmp(have, name)) {
			*domid = list[i].domid;
			ret = 0;
		}
		free(have);
	}
	libxl_dominfo_list_free(list, n);
	return ret;
}

int libxl_domain_qualifier_to_domid(libxl_ctx *ctx, const char *name,
				    uint32_t *domid)
{
	long number;

	if (!xm_number(name, 0, INT32_MAX, &number))
		return libxl_name_to_domid(ctx, name, domid);
	*domid = number;
	return 0;
}

static uint32_t next_number(void)
{
	char *last = fake_place("last"), *text = xm_readfile(last, NULL);
	uint32_t domid = (text ? atoi(text) : 0) + 1;

	free(text);
	text = xm_asprintf("%u", domid);
	fake_write(last, text);
	free(text);
	free(last);
	return domid;
}

static void keep_stale(const char *dir)
{
	char *stale = fake_place("stale"), *text = xm_readfile(stale, NULL);
	char *file = xm_asprintf("%s/user.xenify", dir);

	if (text)
		fake_write(file, text);
	free(file);
	free(text);
	free(stale);
}

/* It is there with who it is, or not at all, whenever this process is killed. */
static int make(const libxl_domain_config *dc, uint32_t *domid)
{
	char *new, *path, *uuid, *file;
	uint32_t other;
	int lock;

	if (!libxl_name_to_domid(NULL, dc->c_info.name, &other))
		return ERROR_INVAL;
	lock = fake_enter();
	*domid = next_number();
	new = fake_place("new-%d", (int)getpid());
	path = fake_place("domains/%u", *domid);
	uuid = xm_asprintf(LIBXL_UUID_FMT, LIBXL_UUID_BYTES(dc->c_info.uuid));
	mkdir(new, 0700);
	file = xm_asprintf("%s/uuid", new);
	fake_write(file, uuid);
	free(file);
	file = xm_asprintf("%s/name", new);
	fake_write(file, dc->c_info.name);
	free(file);
	keep_stale(new);
	rename(new, path);
	fake_leave(lock);
	free(uuid);
	free(path);
	free(new);
	return 0;
}

int libxl_domain_create_new(libxl_ctx *ctx, libxl_domain_config *dc,
			    uint32_t *domid, const libxl_asyncop_how *how,
			    const libxl_asyncprogress_how *console)
{
	char *json;

	(void)how;
	(void)console;
	if (fake_fails("create") || make(dc, domid))
		return ERROR_FAIL;
	fake_note("create", *domid);
	fake_step();
	json = libxl_domain_config_to_json(ctx, dc);
	fake_put(*domid, "json", json);
	fake_put(*domid, "state", "paused");
	free(json);
	fake_step();
	return 0;
}

int libxl_domain_destroy(libxl_ctx *ctx, uint32_t domid,
			 const libxl_asyncop_how *how)
{
	char *path = fake_place("domains/%u", domid), *away;
	int lock;

	(void)ctx;
	(void)how;
	if (fake_fails("destroy") || !fake_exists(domid)) {
		free(path);
		return ERROR_FAIL;
	}
	fake_note("destroy", domid);
	fake_step();
	fake_wipe(path, "user.");
	fake_wipe(path, "json");
	fake_step();
	away = fake_place("gone-%u-%d", domid, (int)getpid());
	lock = fake_enter();
	rename(path, away);
	fake_leave(lock);
	fake_wipe(away, "");
	rmdir(away);
	free(away);
	free(path);
	return 0;
}

int libxl_retrieve_domain_configuration(libxl_ctx *ctx, uint32_t domid,
					libxl_domain_config *dc,
					const libxl_asyncop_how *how)
{
	char *json = fake_fails("retrieve") ? NULL : fake_get(domid, "json");
	int ret = json ? libxl_domain_config_from_json(ctx, dc, json) :
		  ERROR_FAIL;

	(void)how;
	free(json);
	return ret;
}

int libxl_domain_unpause(libxl_ctx *ctx, uint32_t domid,
			 const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)how;
	if (fake_fails("unpause") || !fake_exists(domid))
		return ERROR_FAIL;
	fake_note("unpause", domid);
	fake_put(domid, "state", "running");
	return 0;
}

int libxl_domain_pause(libxl_ctx *ctx, uint32_t domid,
		       const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)how;
	fake_put(domid, "state", "paused");
	return 0;
}

static int end(uint32_t domid, const char *state, const libxl_asyncop_how *how)
{
	fake_put(domid, "state", state);
	fake_done(domid, how, 0);
	return 0;
}

int libxl_domain_reboot(libxl_ctx *ctx, uint32_t domid,
			const libxl_asyncop_how *how)
{
	(void)ctx;
	return end(domid, "shutdown 1", how);
}

int libxl_domain_shutdown(libxl_ctx *ctx, uint32_t domid,
			  const libxl_asyncop_how *how)
{
	(void)ctx;
	return end(domid, "shutdown 0", how);
}

/* The new UUID is for xenstore only: the domain has its own as long as it is there. */
int libxl_domain_preserve(libxl_ctx *ctx, uint32_t domid,
			  libxl_domain_create_info *info, const char *suffix,
			  libxl_uuid uuid)
{
	char *name = xm_asprintf("%s%s", info->name, suffix);
	char *have = fake_get(domid, "name");
	bool good = have && !strcmp(have, info->name) && !fake_fails("preserve");

	(void)ctx;
	(void)uuid;
	if (good) {
		fake_note("preserve", domid);
		fake_put(domid, "name", name);
	}
	free(have);
	free(name);
	return good ? 0 : ERROR_FAIL;
}

int libxl_domain_core_dump(libxl_ctx *ctx, uint32_t domid, const char *file,
			   const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)file;
	(void)how;
	fake_note("dump", domid);
	return 0;
}

/* ---- what is kept with them --------------------------------------------------------- */

int libxl_userdata_store(libxl_ctx *ctx, uint32_t domid, const char *id,
			 const uint8_t *data, int len)
{
	char *what = xm_asprintf("user.%s", id);
	char *text = xm_strndup((const char *)data, len);
	bool good = fake_exists(domid) && !fake_fails(id);

	(void)ctx;
	if (good)
		fake_put(domid, what, text);
	free(text);
	free(what);
	return good ? 0 : ERROR_FAIL;
}

int libxl_userdata_retrieve(libxl_ctx *ctx, uint32_t domid, const char *id,
			    uint8_t **data, int *len)
{
	char *what = xm_asprintf("user.%s", id), *text;

	(void)ctx;
	fake_hold(id);
	text = fake_get(domid, what);
	free(what);
	*data = (uint8_t *)text;
	*len = text ? strlen(text) : 0;
	return fake_exists(domid) ? 0 : ERROR_FAIL;
}
