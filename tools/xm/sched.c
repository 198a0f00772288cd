// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole of the verbs sched-credit, sched-credit2 and sched-rtds: what is read and
 * set is in a table each (cmd-sched-*.c).
 */
#include <libxl_utils.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "sched.h"
#include "table.h"

#define KEYS_MOST 4
#define ALL_VCPUS (-1L)

/**
 * struct request - what is asked of a scheduler
 * @host: open connection
 * @s: which it is
 * @domain: as it was typed; NULL: all, which can be listed only
 * @values: of each key, -1: none is given
 * @any: some is given
 * @vcpu: of which virtual CPU, if each has its own; or %ALL_VCPUS
 * @pool_name: which pool; NULL: the first
 * @of_pool: it is about a pool's parameters
 * @pool: these
 * @json: lists are JSON
 */
struct request {
	struct xm_host host;
	const struct xm_sched *s;
	const char *domain;
	long values[KEYS_MOST];
	bool any;
	long vcpu;
	const char *pool_name;
	bool of_pool;
	struct xm_sched_pool pool;
	bool json;
};

/* Of credit and of credit2. */
const struct xm_sched_key xm_sched_shares[XM_SCHED_SHARES] = {
	{ "weight", 'w', "Weight", offsetof(libxl_domain_sched_params, weight),
	  1, 65535 },
	{ "cap", 'c', "Cap", offsetof(libxl_domain_sched_params, cap), 0, 65535 },
};

const char *xm_sched_name(libxl_scheduler sched)
{
	const char *name = libxl_scheduler_to_string(sched);

	return name ? name : "unknown";
}

/**
 * xm_sched_wrong() - report that another scheduler, with other parameters, is at work
 * @arg: for whom
 * @is: which
 *
 * Return: %XM_FAIL.
 */
int xm_sched_wrong(const char *arg, libxl_scheduler is)
{
	bool has = is == LIBXL_SCHEDULER_CREDIT || is == LIBXL_SCHEDULER_CREDIT2 ||
		   is == LIBXL_SCHEDULER_RTDS;

	xm_error(arg, "is scheduled by %s; %s%s%s", xm_sched_name(is),
		 has ? "use 'xm sched-" : "that has no parameters",
		 has ? xm_sched_name(is) : "", has ? "'" : "");
	return XM_FAIL;
}

static int get(struct request *r, const char *arg, uint32_t domid,
	       libxl_domain_sched_params *p)
{
	if (libxl_domain_sched_params_get(r->host.ctx, domid, p))
		return xm_libxl_failed(&r->host, arg, "its parameters could not be read");
	return p->sched == r->s->sched ? XM_OK : xm_sched_wrong(arg, p->sched);
}

static int *field(void *params, const struct xm_sched_key *key)
{
	return (int *)((char *)params + key->offset);
}

/* Of one virtual CPU, or of all; to be disposed of also if that fails. */
static int get_vcpus(struct request *r, uint32_t domid,
		     libxl_vcpu_sched_params *list)
{
	libxl_vcpu_sched_params_init(list);
	if (r->vcpu == ALL_VCPUS)
		return libxl_vcpu_sched_params_get_all(r->host.ctx, domid, list);
	list->num_vcpus = 1;
	list->vcpus = xm_calloc(1, sizeof(*list->vcpus));
	libxl_sched_params_init(list->vcpus);
	list->vcpus->vcpuid = r->vcpu;
	return libxl_vcpu_sched_params_get(r->host.ctx, domid, list);
}

/* What is not given stays what it is. */
static void change(struct request *r, void *params)
{
	for (size_t i = 0; i < r->s->count; i++)
		if (r->values[i] >= 0)
			*field(params, &r->s->keys[i]) = r->values[i];
}

static int set_vcpus(struct request *r, uint32_t domid)
{
	libxl_vcpu_sched_params list;
	int rc = get_vcpus(r, domid, &list);

	for (int i = 0; !rc && i < list.num_vcpus; i++)
		change(r, &list.vcpus[i]);
	if (!rc)
		rc = libxl_vcpu_sched_params_set(r->host.ctx, domid, &list);
	libxl_vcpu_sched_params_dispose(&list);
	return rc;
}

static int set(struct request *r)
{
	libxl_domain_sched_params p;
	uint32_t domid;
	int rc, ret = xm_host_domain(&r->host, r->domain, &domid);

	if (ret)
		return ret;
	libxl_domain_sched_params_init(&p);
	ret = get(r, r->domain, domid, &p);
	if (!ret) {
		change(r, &p);
		rc = r->s->per_vcpu ? set_vcpus(r, domid) :
		     libxl_domain_sched_params_set(r->host.ctx, domid, &p);
		if (rc)
			ret = xm_libxl_failed(&r->host, r->domain, "its parameters could not be set");
	}
	libxl_domain_sched_params_dispose(&p);
	return ret;
}

/**
 * struct listing - a list of parameters
 * @r: what is asked for
 * @table: the list
 * @count: of domains in it
 */
struct listing {
	struct request *r;
	struct xm_table *table;
	size_t count;
};

static void add_row(struct listing *l, const char *name, uint32_t domid,
		    long vcpu, void *params)
{
	xm_table_string(l->table, name);
	xm_table_number(l->table, domid);
	if (l->r->s->per_vcpu)
		xm_table_number(l->table, vcpu);
	for (size_t i = 0; i < l->r->s->count; i++)
		xm_table_number(l->table, *field(params, &l->r->s->keys[i]));
}

static int add_vcpus(struct listing *l, const char *name, uint32_t domid)
{
	libxl_vcpu_sched_params list;
	int ret = XM_OK;

	if (get_vcpus(l->r, domid, &list))
		ret = xm_libxl_failed(&l->r->host, name, "its parameters could not be read");
	for (int i = 0; !ret && i < list.num_vcpus; i++)
		add_row(l, name, domid, list.vcpus[i].vcpuid, &list.vcpus[i]);
	libxl_vcpu_sched_params_dispose(&list);
	return ret;
}

static int add(struct xm_host *host, uint32_t domid, void *user)
{
	struct listing *l = user;
	char *name = xm_host_domname(host, domid);
	libxl_domain_sched_params p;
	int ret;

	libxl_domain_sched_params_init(&p);
	if (l->r->domain)
		ret = get(l->r, name, domid, &p);
	else
		ret = libxl_domain_sched_params_get(host->ctx, domid, &p) ||
		      p.sched != l->r->s->sched ? XM_NOTFOUND : XM_OK;
	l->count += !ret;
	if (!ret && !l->r->s->per_vcpu)
		add_row(l, name, domid, 0, &p);
	else if (!ret)
		ret = add_vcpus(l, name, domid);
	/* Another pool of CPUs may have another scheduler. */
	if (ret == XM_NOTFOUND)
		ret = XM_OK;
	libxl_domain_sched_params_dispose(&p);
	free(name);
	return ret;
}

static int list(struct request *r)
{
	struct xm_column columns[KEYS_MOST + 3] = {
		{ "name", "Name", false }, { "domid", "ID", true },
	};
	char *domain = (char *)r->domain;
	struct listing l = { .r = r };
	size_t n = 2;
	int ret, printed;

	if (r->s->per_vcpu)
		columns[n++] = (struct xm_column) { "vcpu", "VCPU", true };
	for (size_t i = 0; i < r->s->count; i++)
		columns[n++] = (struct xm_column) {
			r->s->keys[i].name, r->s->keys[i].title, true,
		};
	l.table = xm_table_new(columns, n, r->json);
	ret = xm_each_domain(&r->host, &domain, domain ? 1 : 0, add, &l);
	printed = xm_table_end(l.table);
	if (!ret && !domain && !l.count)
		ret = xm_sched_wrong("Xen", libxl_get_scheduler(r->host.ctx));
	return ret ? ret : printed;
}

static int print_pool(const struct request *r)
{
	yajl_gen gen;

	if (!r->json) {
		if (r->s->has_tslice)
			printf("tslice_ms: %ld\n", r->pool.tslice);
		printf("ratelimit_us: %ld\n", r->pool.ratelimit);
		return XM_OK;
	}
	gen = xm_json_new();
	yajl_gen_map_open(gen);
	if (r->s->has_tslice)
		xm_json_number(gen, "tslice_ms", r->pool.tslice);
	xm_json_number(gen, "ratelimit_us", r->pool.ratelimit);
	yajl_gen_map_close(gen);
	return xm_json_print(gen, stdout) ? XM_FAIL : XM_OK;
}

/* The one that was named, or the first, if it has this scheduler. */
static int find_pool(struct request *r, uint32_t *pool)
{
	libxl_cpupoolinfo info;
	int ret = XM_OK;

	*pool = 0;
	libxl_cpupoolinfo_init(&info);
	if ((r->pool_name &&
	     libxl_cpupool_qualifier_to_cpupoolid(r->host.ctx, r->pool_name, pool,
						  NULL)) ||
	    libxl_cpupool_info(r->host.ctx, &info, *pool)) {
		xm_error(r->pool_name ? r->pool_name : "Pool-0",
			 "no such pool of CPUs; 'xl cpupool-list' shows those there are");
		ret = XM_NOTFOUND;
	} else if (info.sched != r->s->sched) {
		ret = xm_sched_wrong(info.pool_name ? info.pool_name : "Xen",
				     info.sched);
	}
	libxl_cpupoolinfo_dispose(&info);
	return ret;
}

static int do_pool(struct request *r)
{
	bool given = r->pool.tslice >= 0 || r->pool.ratelimit >= 0;
	uint32_t pool;
	int ret = find_pool(r, &pool);

	if (ret)
		return ret;
	if (r->s->pool(r->host.ctx, pool, &r->pool))
		return xm_libxl_failed(&r->host, r->pool_name ? r->pool_name : "Xen",
				       given ? "the scheduler's parameters could not be set" :
				       "the scheduler's parameters could not be read");
	return given ? XM_OK : print_pool(r);
}

/* An option of the scheduler's; -1: it is none, or its value is wrong, after a message. */
static int take_key(struct request *r, const char *verb, int c)
{
	const struct xm_sched *s = r->s;

	for (size_t i = 0; i < s->count; i++) {
		if (s->keys[i].letter != c)
			continue;
		if (!xm_number(optarg, s->keys[i].min, s->keys[i].max,
			       &r->values[i])) {
			xm_usage(verb, "'%s' is not a good %s; it is %ld to %ld",
				 optarg, s->keys[i].name, s->keys[i].min,
				 s->keys[i].max);
			return -1;
		}
		r->any = true;
		return 0;
	}
	return -1;
}

static int take(struct request *r, const char *verb, int c)
{
	switch (c) {
	case 'd':
		r->domain = optarg;
		return 0;
	case 'j':
		r->json = true;
		return 0;
	case 'P':
		r->pool_name = optarg;
		return 0;
	case 's':
		r->of_pool = true;
		return 0;
	case 'T':
		if (xm_number(optarg, 1, 1000, &r->pool.tslice))
			return 0;
		xm_usage(verb, "'%s' is not a time slice of 1 to 1000 ms", optarg);
		return -1;
	case 'r':
		if (xm_number(optarg, 0, 500000, &r->pool.ratelimit))
			return 0;
		xm_usage(verb, "'%s' is not a time of 0 to 500000 us", optarg);
		return -1;
	case 'V':
		r->vcpu = ALL_VCPUS;
		if (!strcmp(optarg, "all") || xm_number(optarg, 0, 511, &r->vcpu))
			return 0;
		xm_usage(verb, "'%s' is not a virtual CPU, or 'all'", optarg);
		return -1;
	default:
		return take_key(r, verb, c);
	}
}

/* Letters stand for different things with different schedulers; none is in two of these. */
static const struct option longs_of_credit[] = {
	{ "domain", required_argument, NULL, 'd' },
	{ "weight", required_argument, NULL, 'w' },
	{ "cap", required_argument, NULL, 'c' },
	{ "cpupool", required_argument, NULL, 'P' },
	{ "schedparam", no_argument, NULL, 's' },
	{ "tslice_ms", required_argument, NULL, 'T' },
	{ "ratelimit_us", required_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	XM_LONGOPTS
};

static const struct option longs_of_rtds[] = {
	{ "domain", required_argument, NULL, 'd' },
	{ "vcpuid", required_argument, NULL, 'V' },
	{ "period", required_argument, NULL, 'p' },
	{ "budget", required_argument, NULL, 'b' },
	{ "extratime", required_argument, NULL, 'e' },
	{ "json", no_argument, NULL, 'j' },
	XM_LONGOPTS
};

static int next(const struct xm_sched *s, int argc, char **argv)
{
	int c;

	/* xm_getopt() has -v for itself: the long form has to be used for a vCPU. */
	if (s->per_vcpu)
		return xm_getopt(argc, argv, "d:p:b:e:", longs_of_rtds);
	c = xm_getopt(argc, argv, s->has_tslice ? "d:w:c:p:st:r:" : "d:w:c:p:sr:",
		      longs_of_credit);
	return c == 'p' ? 'P' : c == 't' ? 'T' : c;
}

/**
 * xm_sched_verb() - the whole of a verb that is about a scheduler
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @s: the scheduler
 */
int xm_sched_verb(int argc, char **argv, const struct xm_sched *s)
{
	struct request r = {
		.s = s, .vcpu = ALL_VCPUS, .values = { -1, -1, -1, -1 },
		.pool = { .tslice = -1, .ratelimit = -1 },
	};
	int c, ret;

	while ((c = next(s, argc, argv)) != -1)
		if (take(&r, argv[0], c))
			return XM_USAGE;
	if (optind < argc && !r.domain)
		r.domain = argv[optind++];
	if (optind < argc)
		return xm_usage(argv[0], "one domain at a time");
	if ((r.any || r.vcpu != ALL_VCPUS) && !r.domain)
		return xm_usage(argv[0], "needs a domain for that");
	if (r.of_pool ? !!r.domain :
	    r.pool_name || r.pool.tslice >= 0 || r.pool.ratelimit >= 0)
		return xm_usage(argv[0], "-s is for the scheduler's own parameters");
	ret = xm_host_open(&r.host);
	if (ret)
		return ret;
	if (r.of_pool)
		ret = do_pool(&r);
	else
		ret = r.any ? set(&r) : list(&r);
	xm_host_close(&r.host);
	return ret;
}
