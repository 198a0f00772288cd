// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads one network interface specification, classic or today's (they are
 * alike: KEY=VALUE parts with commas), into libxl's structure. Called by
 * devices.c and cmd-network-attach.c; makes no call that needs Xen.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "util.h"
#include "vif.h"

static int parse_mac(libxl_device_nic *nic, const char *value, char **error)
{
	const char *fault;

	if (!xm_mac_parse(value, nic->mac))
		return -1;
	fault = xm_mac_fault(nic->mac);
	if (fault)
		*error = xm_asprintf("mac %s: %s", value, fault);
	return fault ? -1 : 0;
}

/* Addresses and networks, with spaces: "10.0.0.2 10.1.0.0/16". */
static bool is_address(const char *word, int family, int bits)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = strcspn(word, "/");
	unsigned char address[16];
	long n;

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	return inet_pton(family, text, address) == 1 &&
	       (!word[len] ||
		(strspn(word + len + 1, "0123456789") ==
		 strlen(word + len + 1) &&
		 xm_number(word + len + 1, 0, bits, &n)));
}

static bool are_addresses(const char *list, bool only_ipv4)
{
	char *copy = xm_strdup(list), *rest = NULL, *word;
	bool good = true;

	for (word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		good &= is_address(word, AF_INET, 32) ||
			(!only_ipv4 && is_address(word, AF_INET6, 128));
	free(copy);
	return good;
}

/**
 * struct reading - a specification that is being read
 * @nic: what it says
 * @antispoof: what it says about that: -1 nothing
 * @error: what is wrong
 * @ignored: words that old files have, and that say nothing today
 */
struct reading {
	libxl_device_nic *nic;
	int antispoof;
	char **error;
	char **ignored;
};

static int set(char **field, const char *value)
{
	free(*field);
	*field = value ? xm_strdup(value) : NULL;
	return 0;
}

static int set_number(int *field, const char *value, long max)
{
	long n;

	if (!xm_number(value, 0, max, &n))
		return -1;
	*field = n;
	return 0;
}

/* As the kernel sees it. */
static bool is_ifname(const char *value)
{
	return *value && strlen(value) < IFNAMSIZ && strcmp(value, ".") &&
	       strcmp(value, "..") && !strpbrk(value, "/: \t\"");
}

static int set_rate(XLU_Config *xlu, libxl_device_nic *nic, const char *value)
{
	if (xlu_vif_parse_rate(xlu, value, nic))
		return -1;
	/* Less than a byte in each interval would let nothing through. */
	return nic->rate_bytes_per_interval ? 0 : -1;
}

/* A PV guest has only the one type, and so has its interface from the start. */
static int set_type(libxl_device_nic *nic, const char *value)
{
	bool twin = !strcmp(value, "ioemu");

	if (!twin && strcmp(value, "vif") && strcmp(value, "netfront") &&
	    strcmp(value, "paravirtualised"))
		return -1;
	if (nic->nictype == LIBXL_NIC_TYPE_UNKNOWN)
		nic->nictype = twin ? LIBXL_NIC_TYPE_VIF_IOEMU : LIBXL_NIC_TYPE_VIF;
	return 0;
}

/* Keys that classic xm took, and that no driver or script of today asks for. */
static int assign_old(struct reading *r, const char *key)
{
	static const char *const old[] = {
		"accel", "be_mac", "label", "policy", "uuid",
	};

	for (size_t i = 0; i < ARRAY_SIZE(old); i++) {
		if (!strcmp(key, old[i])) {
			xm_append(r->ignored, "%s%s", *r->ignored ? ", " : "",
				  key);
			return 0;
		}
	}
	return 1;
}

/* 0 taken, -1 a bad value (of which *error may tell more), 1 not a key. */
static int assign(XLU_Config *xlu, struct reading *r, const char *key,
		  const char *value)
{
	libxl_device_nic *nic = r->nic;
	const struct {
		const char *key;
		char **field;
	} strings[] = {
		{ "bridge", &nic->bridge }, { "script", &nic->script },
		{ "backend", &nic->backend_domname },
		{ "gatewaydev", &nic->gatewaydev },
		{ "netdev", &nic->gatewaydev }, { "model", &nic->model },
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (!strcmp(key, strings[i].key))
			return set(strings[i].field, value);
	if (!strcmp(key, "ip"))
		return are_addresses(value, false) ? set(&nic->ip, value) : -1;
	if (!strcmp(key, "mac"))
		return parse_mac(nic, value, r->error);
	if (!strcmp(key, "mtu"))
		return set_number(&nic->mtu, value, 65535);
	if (!strcmp(key, "devid"))
		return set_number(&nic->devid, value, 65535);
	if (!strcmp(key, "antispoof"))
		return set_number(&r->antispoof, value, 1);
	if (!strcmp(key, "rate"))
		return set_rate(xlu, nic, value);
	if (!strcmp(key, "type"))
		return set_type(nic, value);
	if (!strcmp(key, "vifname"))
		return is_ifname(value) ? set(&nic->ifname, value) : -1;
	return assign_old(r, key);
}

static const struct {
	const char *key;
	const char *form;
} forms[] = {
	{ "antispoof", "0 or 1" },
	{ "devid", "a number from 0 to 65535" },
	{ "ip", "addresses like '10.0.0.2 10.1.0.0/16'" },
	{ "mac", "six bytes like 00:16:3e:12:34:56" },
	{ "mtu", "a number from 0 to 65535" },
	{ "rate", "a rate like 10Mb/s or 1MB/s@20ms" },
	{ "type", "vif, or for HVM guests ioemu" },
	{ "vifname", "a name of at most 15 letters, without '/' and spaces" },
};

static char *bad_value(const char *key, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (!strcmp(forms[i].key, key))
			return xm_asprintf("'%s' is not a good value for %s; it is %s",
					   value, key, forms[i].form);
	return xm_asprintf("'%s' is not a good value for %s", value, key);
}

static int parse_part(XLU_Config *xlu, struct reading *r, char *part)
{
	char *eq = strchr(part, '='), *value;
	int ret;

	if (!strcmp(part, "trusted") || !strcmp(part, "untrusted")) {
		libxl_defbool_set(&r->nic->trusted, *part == 't');
		return 0;
	}
	if (!eq) {
		*r->error = xm_asprintf("'%s' is not of the form KEY=VALUE",
					part);
		return -1;
	}
	*eq = '\0';
	part = xm_trim(part);
	value = xm_trim(eq + 1);
	ret = assign(xlu, r, part, value);
	if (ret > 0)
		*r->error = xm_asprintf("'%s' is not a key of a vif", part);
	else if (ret < 0 && !*r->error)
		*r->error = bad_value(part, value);
	return ret ? -1 : 0;
}

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is forged traffic of this interface dropped? */
bool xm_vif_is_guarded(const libxl_device_nic *nic)
{
	return nic->script && xm_starts(base(nic->script), XM_ANTISPOOF);
}

/* The name of the script that connects an interface, behind antispoofing. */
const char *xm_vif_script(const libxl_device_nic *nic)
{
	static const char guarded[] = XM_ANTISPOOF "-";
	const char *name = nic->script ? base(nic->script) : "vif-bridge";

	if (!strcmp(name, XM_ANTISPOOF) || !strcmp(name, XM_ANTISPOOF "-bridge"))
		return "vif-bridge";
	if (!strcmp(name, XM_ANTISPOOF "-route"))
		return "vif-route";
	return xm_starts(name, guarded) ? "vif-nat" : name;
}

/**
 * xm_vif_guarded() - the script that does the same and drops forged frames
 * @script: one of Debian's: vif-bridge, vif-route, vif-nat; NULL: the preset
 * @error: why there is none, to be freed; set only on failure
 *
 * Return: its name, to be freed, or NULL.
 */
char *xm_vif_guarded(const char *script, char **error)
{
	static const char *const known[] = {
		"vif-bridge", "vif-route", "vif-nat",
	};

	if (!script)
		return xm_strdup(XM_ANTISPOOF);
	if (xm_starts(base(script), XM_ANTISPOOF))
		return xm_strdup(script);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(base(script), known[i]) &&
		    (*script != '/' || xm_starts(script, XM_SCRIPTS)))
			return xm_asprintf(XM_ANTISPOOF "%s",
					   strchr(known[i], '-'));
	*error = xm_asprintf("antispoof goes with the scripts vif-bridge, vif-route and vif-nat, not with %s",
			     script);
	return NULL;
}

/* @preset: the guest's own option says that it is on. */
static int guard(struct reading *r, bool preset)
{
	libxl_device_nic *nic = r->nic;
	char *script;

	if (r->antispoof < 0)
		r->antispoof = preset || xm_vif_is_guarded(nic);
	if (!r->antispoof) {
		if (xm_vif_is_guarded(nic))
			set(&nic->script, strcmp(nic->script, XM_ANTISPOOF) ?
			    xm_vif_script(nic) : NULL);
		return 0;
	}
	script = xm_vif_guarded(nic->script, r->error);
	if (!script)
		return -1;
	free(nic->script);
	nic->script = script;
	if (!nic->ip || are_addresses(nic->ip, true))
		return 0;
	*r->error = xm_asprintf("antispoof knows only IPv4 addresses, not all of '%s'",
				nic->ip);
	return -1;
}

/**
 * xm_vif_parse() - read a network interface specification
 * @xlu: for libxlutil's messages
 * @nic: initialised; filled in. A script %XM_ANTISPOOF that is there already
 *       means that antispoofing is on unless the specification says otherwise
 * @spec: the specification; an empty one means all defaults
 * @error: what is wrong, to be freed; set only on failure
 * @ignored: old keys that were left out, to be freed; set only if there are any
 *
 * Return: 0, or -1 with *@error set.
 */
int xm_vif_parse(XLU_Config *xlu, libxl_device_nic *nic, const char *spec,
		 char **error, char **ignored)
{
	struct reading r = { nic, -1, error, ignored };
	char *copy = xm_strdup(spec), *rest = copy, *part;
	bool preset = xm_vif_is_guarded(nic);
	int ret = 0;

	if (!xm_is_utf8(spec)) {
		*error = xm_asprintf("it is not UTF-8");
		ret = -1;
	}
	while (!ret && (part = strsep(&rest, ","))) {
		part = xm_trim(part);
		if (*part)
			ret = parse_part(xlu, &r, part);
	}
	free(copy);
	return ret ? ret : guard(&r, preset);
}
