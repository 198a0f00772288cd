// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's calls for domains, their memory and virtual CPUs; see fake.h. The host has
 * four CPUs and 512 MiB that are free.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <xenstore.h>

#include "cpulist.h"
#include "fake.h"

#define CPUS 4
#define FREE_KIB (512 << 10)

static char *domain_node(uint32_t domid, const char *node)
{
	char *path = xm_asprintf("/local/domain/%u/%s", domid, node);
	char *value = xs_read(NULL, XBT_NULL, path, NULL);

	free(path);
	return value;
}

static char *fake_text(uint32_t domid, const char *node)
{
	char *path = xm_asprintf("/fake/%u/%s", domid, node);
	char *value = xs_read(NULL, XBT_NULL, path, NULL);

	free(path);
	return value;
}

long fake_number(uint32_t domid, const char *node, long otherwise)
{
	char *value = fake_text(domid, node);
	long number = value ? atol(value) : otherwise;

	free(value);
	return number;
}

static void shell(char *command)
{
	if (system(command))
		abort();
	free(command);
}

/* A node of the store, as somebody else would write it. */
void fake_write(const char *path, const char *text)
{
	const char *store = getenv("FAKE_STORE");

	shell(xm_asprintf("mkdir -p \"$(dirname '%s%s')\" && printf %%s '%s' >'%s%s'",
			  store, path, text, store, path));
}

void fake_remove(const char *path)
{
	shell(xm_asprintf("rm -rf '%s%s'", getenv("FAKE_STORE"), path));
}

void fake_set(uint32_t domid, const char *node, long value)
{
	char *path = xm_asprintf("/fake/%u/%s", domid, node);
	char *text = xm_asprintf("%ld", value);

	fake_write(path, text);
	free(text);
	free(path);
}

char *libxl_domid_to_name(libxl_ctx *ctx, uint32_t domid)
{
	(void)ctx;
	return domain_node(domid, "name");
}

int libxl_name_to_domid(libxl_ctx *ctx, const char *name, uint32_t *domid)
{
	unsigned int count = 0;
	char **ids = xs_directory(NULL, XBT_NULL, "/local/domain", &count), *one;
	int ret = ERROR_INVAL;

	(void)ctx;
	for (unsigned int i = 0; ids && i < count; i++) {
		one = domain_node(atoi(ids[i]), "name");
		if (one && !strcmp(one, name)) {
			*domid = atoi(ids[i]);
			ret = 0;
		}
		free(one);
	}
	free(ids);
	return ret;
}

int libxl_domain_qualifier_to_domid(libxl_ctx *ctx, const char *name,
				    uint32_t *domid)
{
	if (!*name || name[strspn(name, "0123456789")])
		return libxl_name_to_domid(ctx, name, domid);
	/* As much of it as there is room for, as libxl does it. */
	*domid = strtoul(name, NULL, 10);
	return 0;
}

static bool has(const char *state, char letter)
{
	return state && strchr(state, letter);
}

int libxl_domain_info(libxl_ctx *ctx, libxl_dominfo *info, uint32_t domid)
{
	char *name = domain_node(domid, "name"), *state;

	(void)ctx;
	if (!name && !fake_number(domid, "nameless", 0))
		return ERROR_DOMAIN_NOTFOUND;
	free(name);
	if (!info)
		return 0;
	state = fake_text(domid, "state");
	info->domid = domid;
	info->current_memkb = fake_number(domid, "memory", 131072);
	info->outstanding_memkb = 0;
	info->max_memkb = fake_number(domid, "maxmem", 262144);
	info->vcpu_max_id = fake_number(domid, "vcpus", 2) - 1;
	info->vcpu_online = fake_number(domid, "online", 2);
	info->cpu_time = fake_number(domid, "time", 1500000000);
	info->running = has(state, 'r');
	info->blocked = !state || has(state, 'b');
	info->paused = has(state, 'p');
	info->shutdown = has(state, 's');
	info->dying = has(state, 'd');
	info->shutdown_reason = fake_number(domid, "reason", LIBXL_SHUTDOWN_REASON_SUSPEND);
	info->domain_type = fake_number(domid, "hvm", 0) ? LIBXL_DOMAIN_TYPE_HVM :
			    LIBXL_DOMAIN_TYPE_PV;
	info->uuid.uuid[0] = fake_number(domid, "uuid", domid);
	free(state);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	return atoi(*(char *const *)a) - atoi(*(char *const *)b);
}

/* What happens between the first list and the second. */
static void later(void)
{
	const char *what = getenv("FAKE_LATER");
	static unsigned int lists;

	if (++lists == 2 && what && system(what))
		abort();
}

libxl_dominfo *libxl_list_domain(libxl_ctx *ctx, int *count)
{
	unsigned int n = 0;
	libxl_dominfo *list = NULL;
	char **ids;

	later();
	ids = xs_directory(NULL, XBT_NULL, "/local/domain", &n);
	if (ids)
		qsort(ids, n, sizeof(*ids), by_number);
	*count = 0;
	for (unsigned int i = 0; ids && i < n; i++) {
		list = xm_grow(list, *count, sizeof(*list));
		libxl_dominfo_init(&list[*count]);
		if (!libxl_domain_info(ctx, &list[*count], atoi(ids[i])))
			++*count;
	}
	free(ids);
	return list;
}

void libxl_dominfo_list_free(libxl_dominfo *list, int count)
{
	for (int i = 0; i < count; i++)
		libxl_dominfo_dispose(&list[i]);
	free(list);
}

int libxl_domain_rename(libxl_ctx *ctx, uint32_t domid, const char *from,
			const char *to)
{
	char *path = xm_asprintf("/local/domain/%u/name", domid);

	(void)ctx;
	fake_call("rename %u %s %s", domid, from, to);
	if (!fake_fails("rename"))
		fake_write(path, to);
	fake_kill("rename");
	free(path);
	return fake_fails("rename") ? ERROR_FAIL : 0;
}

int libxl_get_free_memory(libxl_ctx *ctx, uint64_t *kib)
{
	(void)ctx;
	*kib = FREE_KIB;
	return 0;
}

int libxl_set_memory_target(libxl_ctx *ctx, uint32_t domid, int64_t kib,
			    int relative, int enforce)
{
	(void)ctx;
	fake_call("target %u %ld relative=%d enforce=%d", domid, (long)kib,
		  relative, enforce);
	if (fake_fails("target"))
		return ERROR_FAIL;
	/* A balloon that works, or one that does not. */
	if (!fake_fails("balloon"))
		fake_set(domid, "memory", kib);
	return 0;
}

int libxl_domain_setmaxmem(libxl_ctx *ctx, uint32_t domid, uint64_t kib)
{
	(void)ctx;
	fake_call("maxmem %u %lu", domid, (unsigned long)kib);
	return fake_fails("maxmem") ? ERROR_FAIL : 0;
}

int libxl_get_online_cpus(libxl_ctx *ctx)
{
	(void)ctx;
	return CPUS;
}

int libxl_get_max_cpus(libxl_ctx *ctx)
{
	(void)ctx;
	return CPUS;
}

int libxl_set_vcpuonline(libxl_ctx *ctx, uint32_t domid, libxl_bitmap *map,
			 const libxl_asyncop_how *how)
{
	char *list = xm_cpulist_format(map);

	(void)ctx;
	(void)how;
	fake_call("online %u %s", domid, list);
	free(list);
	return fake_fails("online") ? ERROR_FAIL : 0;
}

libxl_vcpuinfo *libxl_list_vcpu(libxl_ctx *ctx, uint32_t domid, int *count,
				int *cpus)
{
	int online = fake_number(domid, "online", 2);
	char *path = xm_asprintf("/local/domain/%u", domid);
	libxl_vcpuinfo *list;

	(void)ctx;
	if (fake_fails("ends"))
		fake_remove(path);
	free(path);
	if (fake_fails("ends") || fake_fails("vcpus"))
		return NULL;
	*cpus = CPUS;
	*count = fake_number(domid, "vcpus", 2);
	list = xm_calloc(*count, sizeof(*list));
	for (int i = 0; i < *count; i++) {
		libxl_vcpuinfo_init(&list[i]);
		list[i].vcpuid = i;
		list[i].cpu = i % CPUS;
		list[i].online = i < online;
		list[i].blocked = i < online;
		list[i].vcpu_time = i * 500000000ULL;
		/* The first is on two CPUs, the others on any; a byte has eight bits. */
		xm_bitmap_alloc(&list[i].cpumap, 8);
		xm_bitmap_alloc(&list[i].cpumap_soft, 8);
		list[i].cpumap.map[0] = i ? 0xff : 0x05;
		list[i].cpumap_soft.map[0] = 0x0f;
	}
	return list;
}

void libxl_vcpuinfo_list_free(libxl_vcpuinfo *list, int count)
{
	for (int i = 0; i < count; i++)
		libxl_vcpuinfo_dispose(&list[i]);
	free(list);
}

static int pin(const char *what, uint32_t domid, uint32_t vcpu,
	       const libxl_bitmap *hard, const libxl_bitmap *soft)
{
	char *h = hard ? xm_cpulist_format(hard) : NULL;
	char *s = soft ? xm_cpulist_format(soft) : NULL;

	fake_call("%s %u %u hard=%s soft=%s", what, domid, vcpu, h ? h : "-",
		  s ? s : "-");
	free(h);
	free(s);
	return fake_fails("pin") ? ERROR_FAIL : 0;
}

int libxl_set_vcpuaffinity(libxl_ctx *ctx, uint32_t domid, uint32_t vcpu,
			   const libxl_bitmap *hard, const libxl_bitmap *soft)
{
	(void)ctx;
	return pin("pin", domid, vcpu, hard, soft);
}

int libxl_set_vcpuaffinity_force(libxl_ctx *ctx, uint32_t domid, uint32_t vcpu,
				 const libxl_bitmap *hard,
				 const libxl_bitmap *soft)
{
	(void)ctx;
	return pin("force", domid, vcpu, hard, soft);
}
