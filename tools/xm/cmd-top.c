// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm top: what each domain uses of CPUs, memory, disks and network, now: as a screen
 * that is drawn every few seconds, or with --batch as lists one after the other.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lock.h"
#include "meter.h"
#include "table.h"
#include "term.h"

#define DELAY_SECONDS 3

static const struct xm_column columns[] = {
	{ "name", "Name", false },
	{ "domid", "ID", true },
	{ "cpu_percent", "CPU(%)", true },
	{ "time_ns", "CPU(s)", true },
	{ "memory", "Mem(MiB)", true },
	{ "maxmem", "Max(MiB)", true },
	{ "vcpus", "VCPUs", true },
	{ "disk_read", "Disk r(KiB/s)", true },
	{ "disk_written", "w(KiB/s)", true },
	{ "net_in", "Net in(KiB/s)", true },
	{ "net_out", "out(KiB/s)", true },
};

/**
 * struct top - how it is shown
 * @host: open connection
 * @batch: as lists
 * @json: as JSON
 * @seconds: between two
 * @count: how many; 0: until somebody has enough
 * @order: what comes first: 'c' CPU, 'm' memory, 'd' disks, 'n' network, 'i' number
 */
struct top {
	struct xm_host host;
	bool batch, json;
	long seconds;
	long count;
	char order;
};

/**
 * struct row - one domain, in the time between two readings
 * @meter: at the end of it
 * @cpu: nanoseconds
 * @disk: bytes read and written
 * @net: bytes received and sent
 */
struct row {
	const struct xm_meter *meter;
	uint64_t cpu;
	uint64_t disk[2];
	uint64_t net[2];
};

/* Of a domain that has come meanwhile all counts; of a disk that was taken away nothing. */
static uint64_t more(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

static struct row make_row(const struct xm_meters *then, const struct xm_meter *m)
{
	static const struct xm_meter nothing;
	const struct xm_meter *old = xm_meters_find(then, m->info.domid);

	old = old ? old : &nothing;
	return (struct row) {
		.meter = m,
		.cpu = more(m->info.cpu_time, old->info.cpu_time),
		.disk = { more(m->disk_read, old->disk_read),
			  more(m->disk_written, old->disk_written) },
		.net = { more(m->net_in, old->net_in),
			 more(m->net_out, old->net_out) },
	};
}

static uint64_t weight(const struct row *row, char order)
{
	switch (order) {
	case 'm':
		return row->meter->info.current_memkb;
	case 'd':
		return row->disk[0] + row->disk[1];
	case 'n':
		return row->net[0] + row->net[1];
	case 'i':
		return ~row->meter->info.domid;
	default:
		return row->cpu;
	}
}

static int by_weight(const void *a, const void *b, void *user)
{
	const struct row *x = a, *y = b;
	uint64_t wx = weight(x, *(char *)user), wy = weight(y, *(char *)user);

	if (wx != wy)
		return wx < wy ? 1 : -1;
	return x->meter->info.domid < y->meter->info.domid ? -1 : 1;
}

/* Rounded, per second; in JSON bytes, for people KiB. */
static void add_rate(struct xm_table *table, uint64_t bytes, double seconds,
		     bool json)
{
	xm_table_number(table, bytes / seconds / (json ? 1 : 1024) + 0.5);
}

static struct xm_table *make_table(struct top *t, const struct xm_meters *then,
				   const struct xm_meters *now)
{
	struct xm_table *table = xm_table_new(columns, ARRAY_SIZE(columns), t->json);
	struct row *rows = xm_calloc(now->count, sizeof(*rows)), *row;
	double seconds = (now->ns - then->ns) / 1e9;
	const libxl_dominfo *info;

	for (size_t i = 0; i < now->count; i++)
		rows[i] = make_row(then, &now->list[i]);
	qsort_r(rows, now->count, sizeof(*rows), by_weight, &t->order);
	for (row = rows; row < rows + now->count; row++) {
		info = &row->meter->info;
		xm_table_string(table, row->meter->name);
		xm_table_number(table, info->domid);
		xm_table_number(table, row->cpu / seconds / 1e7 + 0.5);
		xm_table_seconds(table, info->cpu_time);
		xm_table_number(table, info->current_memkb / 1024);
		xm_table_number(table, info->max_memkb / 1024);
		xm_table_number(table, info->vcpu_online);
		add_rate(table, row->disk[0], seconds, t->json);
		add_rate(table, row->disk[1], seconds, t->json);
		add_rate(table, row->net[0], seconds, t->json);
		add_rate(table, row->net[1], seconds, t->json);
	}
	free(rows);
	return table;
}

static char *heading(struct top *t, size_t domains)
{
	const libxl_version_info *v = libxl_get_version_info(t->host.ctx);
	uint64_t avail = 0;
	libxl_physinfo p;
	char clock[16] = "", *text;
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%T", &tm);
	libxl_physinfo_init(&p);
	if (libxl_get_physinfo(t->host.ctx, &p) ||
	    libxl_get_free_memory(t->host.ctx, &avail))
		avail = 0;
	text = xm_asprintf("xm top %s   Xen %d.%d   %zu domains   %u CPUs   %lu MiB free\n"
			   "order: c CPU, m memory, d disks, n network, i number; q ends\n\n",
			   clock, v ? v->xen_version_major : 0,
			   v ? v->xen_version_minor : 0, domains, p.nr_cpus,
			   avail / 1024);
	libxl_physinfo_dispose(&p);
	return text;
}

static int show(struct top *t, const struct xm_meters *then,
		const struct xm_meters *now)
{
	struct xm_table *table = make_table(t, then, now);
	char *list = NULL, *head, *text;
	size_t len;
	FILE *out;
	int ret;

	if (t->batch)
		return xm_table_end(table);
	out = open_memstream(&list, &len);
	if (!out)
		xm_no_memory();
	ret = xm_table_end_to(table, out);
	fclose(out);
	head = heading(t, now->count);
	text = xm_asprintf("%s\t%s", head, list);
	xm_term_draw(text);
	free(text);
	free(head);
	free(list);
	return ret;
}

static uint64_t ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000ULL +
	       now.tv_nsec / 1000000 - start->tv_nsec / 1000000;
}

/* False: somebody has enough. Another order, or size of the screen, is seen at once. */
static bool wait_for_next(struct top *t, long ms, bool *again)
{
	struct timespec start;
	uint64_t passed;
	int key;

	clock_gettime(CLOCK_MONOTONIC, &start);
	*again = false;
	while (!xm_interrupted && (passed = ms_since(&start)) < (uint64_t)ms) {
		if (t->batch) {
			usleep(20000);
			continue;
		}
		key = xm_term_key(ms - passed < 200 ? ms - passed : 200);
		if (key == 'q' || key < 0)
			return false;
		if (key && strchr("cmdni", key))
			t->order = key;
		else if (key != XM_TERM_AGAIN)
			continue;
		*again = true;
		return true;
	}
	return !xm_interrupted;
}

static int run(struct top *t)
{
	struct xm_meters then = { .count = 0 }, now = { .count = 0 };
	int ret = xm_meters_read(&t->host, &then);
	long ms = 300;		/* there is something to be seen soon */
	bool again;

	for (long i = 0; !ret && (!t->count || i < t->count);) {
		if (!wait_for_next(t, t->batch ? t->seconds * 1000 : ms, &again))
			break;
		if (again) {
			if (now.count)
				ret = show(t, &then, &now);
			continue;
		}
		if (now.count) {
			xm_meters_free(&then);
			then = now;
		}
		ret = xm_meters_read(&t->host, &now);
		if (!ret)
			ret = show(t, &then, &now);
		ms = t->seconds * 1000;
		i++;
	}
	xm_meters_free(&then);
	xm_meters_free(&now);
	return ret;
}

int cmd_top(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "batch", no_argument, NULL, 'b' },
		{ "delay", required_argument, NULL, 'd' },
		{ "iterations", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		XM_LONGOPTS
	};
	struct top t = { .seconds = DELAY_SECONDS, .order = 'c' };
	int c, ret;

	while ((c = xm_getopt(argc, argv, "bd:i:", longs)) != -1) {
		if (c == 'd' && !xm_number(optarg, 1, 86400, &t.seconds))
			return xm_usage(argv[0], "'%s' is not a number of seconds",
					optarg);
		if (c == 'i' && !xm_number(optarg, 1, 1L << 30, &t.count))
			return xm_usage(argv[0], "'%s' is not a number of lists",
					optarg);
		t.batch |= c == 'b' || c == 'j';
		t.json |= c == 'j';
	}
	if (optind < argc)
		return xm_usage(argv[0], "takes no argument");
	if (!t.batch && !xm_term_usable())
		return xm_usage(argv[0], "needs a terminal, or -b");
	ret = xm_host_open(&t.host);
	if (ret)
		return ret;
	xm_signals_hold();
	if (!t.batch)
		xm_term_begin();
	ret = run(&t);
	if (!t.batch)
		xm_term_end();
	xm_signals_release();
	xm_host_close(&t.host);
	return ret;
}
