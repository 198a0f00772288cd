// SPDX-License-Identifier: GPL-2.0-or-later
/* xm info: facts about this host, one "name : value" line each. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "json.h"
#include "xm.h"

static void put_string(yajl_gen gen, const char *key, const char *value)
{
	if (gen)
		xm_json_string(gen, key, value);
	else
		printf("%-23s: %s\n", key, value ? value : "");
}

static void put_number(yajl_gen gen, const char *key, long long value)
{
	if (gen)
		xm_json_number(gen, key, value);
	else
		printf("%-23s: %lld\n", key, value);
}

static void show_kernel(yajl_gen gen)
{
	struct utsname u;

	if (uname(&u))
		return;
	put_string(gen, "host", u.nodename);
	put_string(gen, "release", u.release);
	put_string(gen, "version", u.version);
	put_string(gen, "machine", u.machine);
}

static int show_machine(struct xm_host *host, const libxl_version_info *v,
			yajl_gen gen)
{
	libxl_physinfo p;
	long long page_kb = v->pagesize / 1024;

	libxl_physinfo_init(&p);
	if (libxl_get_physinfo(host->ctx, &p))
		return xm_libxl_failed(host, "info", "no facts about the machine");
	put_number(gen, "nr_cpus", p.nr_cpus);
	put_number(gen, "nr_nodes", p.nr_nodes);
	put_number(gen, "cores_per_socket", p.cores_per_socket);
	put_number(gen, "threads_per_core", p.threads_per_core);
	put_number(gen, "cpu_mhz", p.cpu_khz / 1000);
	put_number(gen, "total_memory", p.total_pages * page_kb / 1024);
	put_number(gen, "free_memory",
		   (p.free_pages + p.scrub_pages) * page_kb / 1024);
	put_number(gen, "outstanding_claims",
		   p.outstanding_pages * page_kb / 1024);
	libxl_physinfo_dispose(&p);
	return XM_OK;
}

static void show_xen(struct xm_host *host, const libxl_version_info *v,
		     yajl_gen gen)
{
	int sched = libxl_get_scheduler(host->ctx);
	char *version = xm_asprintf("%d.%d%s", v->xen_version_major,
				    v->xen_version_minor,
				    v->xen_version_extra);

	put_number(gen, "xen_major", v->xen_version_major);
	put_number(gen, "xen_minor", v->xen_version_minor);
	put_string(gen, "xen_extra", v->xen_version_extra);
	put_string(gen, "xen_version", version);
	put_string(gen, "xen_caps", v->capabilities);
	put_string(gen, "xen_scheduler",
		   sched < 0 ? "unknown" : libxl_scheduler_to_string(sched));
	put_number(gen, "xen_pagesize", v->pagesize);
	put_string(gen, "xen_changeset", v->changeset);
	put_string(gen, "xen_commandline", v->commandline);
	put_string(gen, "cc_compiler", v->compiler);
	put_string(gen, "cc_compile_by", v->compile_by);
	put_string(gen, "cc_compile_date", v->compile_date);
	put_string(gen, "file_disks",
		   xm_host_direct_files(false) ? "direct" : "loop");
	free(version);
}

static int show(struct xm_host *host, yajl_gen gen)
{
	const libxl_version_info *v = libxl_get_version_info(host->ctx);
	int ret;

	if (!v)
		return xm_libxl_failed(host, "info", "no facts about Xen");
	show_kernel(gen);
	ret = show_machine(host, v, gen);
	show_xen(host, v, gen);
	return ret;
}

int cmd_info(int argc, char **argv)
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	struct xm_host host;
	yajl_gen gen = NULL;
	int ret;

	if (optind < argc)
		return xm_usage(argv[0], "takes no argument");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	if (json) {
		gen = xm_json_new();
		yajl_gen_map_open(gen);
	}
	ret = show(&host, gen);
	if (gen) {
		yajl_gen_map_close(gen);
		if (xm_json_print(gen, stdout))
			ret = XM_FAIL;
	}
	xm_host_close(&host);
	return ret;
}
