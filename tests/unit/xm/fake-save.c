// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's calls by which a guest is made, saved, restored and watched over; see fake.h.
 * Its memory is the line "stream".
 */
#include <libxl_event.h>
#include <errno.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <xenstore.h>

#include "fake.h"
#include "json.h"
#include "saved.h"

#define STREAM "stream\n"

int libxl_retrieve_domain_configuration(libxl_ctx *ctx, uint32_t domid,
					libxl_domain_config *dc,
					const libxl_asyncop_how *how)
{
	(void)how;
	if (fake_fails("retrieve"))
		return ERROR_FAIL;
	dc->c_info.type = LIBXL_DOMAIN_TYPE_PV;
	dc->c_info.name = libxl_domid_to_name(ctx, domid);
	dc->c_info.uuid.uuid[0] = fake_number(domid, "uuid", domid);
	libxl_domain_build_info_init_type(&dc->b_info, LIBXL_DOMAIN_TYPE_PV);
	return 0;
}

/* The library's own want a context that is one. */
char *libxl_domain_config_to_json(libxl_ctx *ctx, libxl_domain_config *dc)
{
	yajl_gen gen = xm_json_new();
	const unsigned char *text;
	char *copy;
	size_t len;

	(void)ctx;
	libxl_domain_config_gen_json(gen, dc);
	yajl_gen_get_buf(gen, &text, &len);
	copy = xm_strndup((const char *)text, len);
	yajl_gen_free(gen);
	return copy;
}

static char *value_of(const char *json, const char *key)
{
	char *find = xm_asprintf("\"%s\": \"", key);
	const char *at = strstr(json, find);

	at = at ? at + strlen(find) : NULL;
	free(find);
	return at ? xm_strndup(at, strcspn(at, "\"")) : NULL;
}

static void add_disk(libxl_domain_config *dc)
{
	const char *path = getenv("FAKE_DISK");

	if (!path)
		return;
	dc->disks = xm_grow(NULL, 0, sizeof(*dc->disks));
	libxl_device_disk_init(dc->disks);
	dc->disks->pdev_path = xm_strdup(path);
	dc->disks->vdev = xm_strdup("xvda");
	dc->disks->format = LIBXL_DISK_FORMAT_RAW;
	dc->disks->readwrite = 1;
	dc->num_disks = 1;
}

int libxl_domain_config_from_json(libxl_ctx *ctx, libxl_domain_config *dc,
				  const char *json)
{
	char *uuid = value_of(json, "uuid");

	(void)ctx;
	dc->c_info.type = LIBXL_DOMAIN_TYPE_PV;
	dc->c_info.name = value_of(json, "name");
	if (uuid)
		libxl_uuid_from_string(&dc->c_info.uuid, uuid);
	libxl_domain_build_info_init_type(&dc->b_info, LIBXL_DOMAIN_TYPE_PV);
	free(uuid);
	add_disk(dc);
	/* Nothing else stands behind it. */
	return dc->c_info.name && strrchr(json, '}') &&
	       strspn(strrchr(json, '}'), "}\n") == strlen(strrchr(json, '}')) ?
		0 : ERROR_FAIL;
}

int libxl_domain_suspend(libxl_ctx *ctx, uint32_t domid, int fd, int flags,
			 const libxl_asyncop_how *how)
{
	char *path = xm_asprintf("/fake/%u/state", domid);
	bool good = !fake_fails("suspend-early");

	fake_call("suspend %u%s", domid, flags & LIBXL_SUSPEND_LIVE ? " live" : "");
	if (good) {
		fake_write(path, "---s--");
		fake_kill("suspend");
		if (fake_fails("suspend-gone"))
			fake_remove("/local/domain/1");
		if (fake_fails("loud"))
			fputs("loud\n", stderr);
		good = write(fd, STREAM, strlen(STREAM)) == (ssize_t)strlen(STREAM) &&
		       !fake_fails("suspend") && !fake_fails("suspend-gone");
	}
	free(path);
	return fake_finished(ctx, how, good ? 0 : ERROR_FAIL);
}

int libxl_domain_resume(libxl_ctx *ctx, uint32_t domid, int cancel,
			const libxl_asyncop_how *how)
{
	char *path = xm_asprintf("/fake/%u/state", domid);

	fake_call("resume %u cancel=%d", domid, cancel);
	if (!fake_fails("resume"))
		fake_remove(path);
	free(path);
	return fake_finished(ctx, how, fake_fails("resume") ? ERROR_FAIL : 0);
}

/* The next number, with a name and an identity. */
static uint32_t add(libxl_domain_config *dc)
{
	int n;
	libxl_dominfo *list = libxl_list_domain(NULL, &n);
	uint32_t domid = n ? list[n - 1].domid + 1 : 1;
	char *path = xm_asprintf("/local/domain/%u/name", domid);

	libxl_dominfo_list_free(list, n);
	fake_write(path, dc->c_info.name);
	fake_set(domid, "uuid", dc->c_info.uuid.uuid[0]);
	free(path);
	return domid;
}

/* Goes on until /fake/go is there. */
static libxl_asyncop_how slow;

int libxl_domain_create_restore(libxl_ctx *ctx, libxl_domain_config *dc,
				uint32_t *domid, int fd, int back,
				const libxl_domain_restore_params *params,
				const libxl_asyncop_how *how,
				const libxl_asyncprogress_how *console)
{
	char stream[sizeof(STREAM)] = "";
	size_t used = 0;
	ssize_t n;

	(void)back;
	(void)params;
	(void)console;
	*domid = add(dc);
	fake_call("restore %u %s", *domid, dc->c_info.name);
	fake_kill("restore");
	if (fake_fails("faster"))	/* somebody else has let it run meanwhile */
		xm_saved_mark(fd, XM_SAVED_RAN);
	if (fake_fails("self"))		/* somebody else has made it meanwhile */
		add(dc);
	while (used < strlen(STREAM) &&
	       (n = read(fd, stream + used, strlen(STREAM) - used)) > 0)
		used += n;
	if (fake_fails("restore-slow")) {
		slow = *how;
		return 0;
	}
	return fake_finished(ctx, how, strcmp(stream, STREAM) ||
			     fake_fails("restore") ? ERROR_FAIL : 0);
}

static void disks(const char *when, const libxl_domain_config *dc)
{
	for (int i = 0; i < dc->num_disks; i++)
		fake_call("%s %s by %s", when, dc->disks[i].pdev_path,
			  dc->disks[i].script ? dc->disks[i].script : "libxl");
}

/* It reads the first disk; libxl connects all of them later. */
static void bootloader(libxl_ctx *ctx, libxl_domain_config *dc, uint32_t domid,
		       const libxl_asyncprogress_how *console)
{
	libxl_event *event = xm_calloc(1, sizeof(*event));

	disks("lent", dc);
	event->domid = domid;
	if (console)
		console->callback(ctx, event, console->for_callback);
	else
		libxl_event_free(ctx, event);
	disks("served", dc);
	if (fake_fails("create"))
		xtl_log(fake_log, XTL_ERROR, -1, "libxl", "%s",
			"bootloader failed - consult logfile /var/log/xen/bootloader.log");
}

int libxl_domain_create_new(libxl_ctx *ctx, libxl_domain_config *dc,
			    uint32_t *domid, const libxl_asyncop_how *how,
			    const libxl_asyncprogress_how *console)
{
	*domid = add(dc);
	fake_call("create %u %s", *domid, dc->c_info.name);
	if (dc->b_info.bootloader)
		bootloader(ctx, dc, *domid, console);
	return fake_finished(ctx, how, fake_fails("create") ? ERROR_FAIL : 0);
}

/* A disk that is full, or breaks when a directory is written. */
int fstatvfs(int fd, struct statvfs *fs)
{
	struct statfs sf;

	memset(fs, 0, sizeof(*fs));
	if (fstatfs(fd, &sf))
		return -1;
	fs->f_blocks = sf.f_blocks;
	fs->f_bavail = fake_fails("room") ? 0 : sf.f_bavail;
	fs->f_frsize = sf.f_frsize;
	return 0;
}

int fsync(int fd)
{
	struct stat st;

	if (fake_fails("sync") && !fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_fsync, fd);
}

int libxl_domain_need_memory(libxl_ctx *ctx, libxl_domain_config *dc,
			     uint32_t domid, uint64_t *kib)
{
	(void)ctx;
	(void)dc;
	(void)domid;
	*kib = 65536;
	return 0;
}

int libxl_userdata_store(libxl_ctx *ctx, uint32_t domid, const char *id,
			 const uint8_t *data, int len)
{
	(void)ctx;
	(void)domid;
	(void)id;
	(void)data;
	(void)len;
	return 0;
}

/* Nothing is kept with them. */
int libxl_userdata_retrieve(libxl_ctx *ctx, uint32_t domid, const char *id,
			    uint8_t **data, int *len)
{
	(void)ctx;
	(void)domid;
	(void)id;
	*data = NULL;
	*len = 0;
	return 0;
}

const libxl_version_info *libxl_get_version_info(libxl_ctx *ctx)
{
	static char line[] = "dom0_mem=1G";
	static libxl_version_info info = { .commandline = line };

	(void)ctx;
	return &info;
}

int libxl_get_physinfo(libxl_ctx *ctx, libxl_physinfo *info)
{
	(void)ctx;
	info->nr_cpus = 4;
	info->cap_shadow = !fake_fails("shadow");
	return 0;
}

void libxl_childproc_setmode(libxl_ctx *ctx, const libxl_childproc_hooks *hooks,
			     void *user)
{
	(void)ctx;
	(void)hooks;
	(void)user;
}

int libxl_ao_abort(libxl_ctx *ctx, const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)how;
	return ERROR_NOTFOUND;
}

int libxl_osevent_beforepoll(libxl_ctx *ctx, int *n, struct pollfd *fds,
			     int *timeout, struct timeval now)
{
	(void)ctx;
	(void)fds;
	(void)now;
	*n = 0;
	*timeout = 10;
	return 0;
}

void libxl_osevent_afterpoll(libxl_ctx *ctx, int n, const struct pollfd *fds,
			     struct timeval now)
{
	char *go = slow.callback ? xs_read(NULL, XBT_NULL, "/fake/go", NULL) : NULL;

	(void)n;
	(void)fds;
	(void)now;
	if (go)
		fake_finished(ctx, &slow, 0);
	free(go);
}

int libxl_evenable_domain_death(libxl_ctx *ctx, uint32_t domid,
				libxl_ev_user user,
				libxl_evgen_domain_death **evgen)
{
	(void)ctx;
	(void)domid;
	(void)user;
	*evgen = NULL;
	return fake_fails("watch") ? ERROR_FAIL : 0;
}

void libxl_evdisable_domain_death(libxl_ctx *ctx,
				  libxl_evgen_domain_death *evgen)
{
	(void)ctx;
	(void)evgen;
}

void libxl_event_free(libxl_ctx *ctx, libxl_event *event)
{
	(void)ctx;
	free(event);
}
