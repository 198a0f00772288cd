// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Network interfaces in a configuration: their options, the MAC addresses that
 * are made for them, antispoofing, and what the host's settings add.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "mac.h"
#include "read.h"
#include "settings.h"
#include "vif.h"

#define NAME_FORM "a name of at most 15 letters, without '/' and spaces"

static bool read_on(const char *host, const char *file)
{
	bool ok = read_config(file, NULL, 0) && !xm_config_number(&cfg, host);

	hear();
	if (ok)
		text = xm_config_text(&cfg.dc);
	return ok;
}

static void check_vif(const char *file, const char *want)
{
	if (!CHECK(read_on(NULL, file))) {
		printf("%s", said);
		return;
	}
	if (!CHECK(strstr(text, want)))
		printf("no \"%s\" in:\n%s", want, text);
}

static void check_error(const char *file, const char *want)
{
	CHECK(!read_on("host", file));
	CHECK_STR(said, want);
}

static void all_options(void)
{
	check_vif(MINIMAL "vif=['type=vif, mac=00:16:3E:00:00:01, bridge=b,"
		  "script=vif-route, vifname=web0, ip=10.0.0.2 10.1.0.0/16,"
		  "rate=1MB/s, model=e1000']",
		  "vif = [ 'mac=00:16:3e:00:00:01,bridge=b,script=vif-route,"
		  "vifname=web0,ip=10.0.0.2 10.1.0.0/16,model=e1000,"
		  "rate=1000000B/s@50000us' ]");
	check_vif(MINIMAL "vif=['ip=fe80::1/64']", "vif = [ 'ip=fe80::1/64' ]");
	check_vif(MINIMAL "vif=['devid=4','']", "vif = [ 'devid=4', '' ]");
	CHECK_INT(cfg.dc.nics[0].devid, 4);
}

/* What is printed is the same when it is read again. */
static void rates(void)
{
	static const char *const rates[] = {
		"10Mb/s", "250KB/s", "1GB/s@7ms", "1MB/s@20ms", "333B/s@1s",
		"12345b/s@3s", "100B/s@33ms",
	};
	uint64_t bytes;
	uint32_t usecs;
	char *file, *again;

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		file = xm_asprintf(MINIMAL "vif=['rate=%s']", rates[i]);
		if (!CHECK(read_on(NULL, file)))
			printf("%s", said);
		bytes = cfg.dc.nics[0].rate_bytes_per_interval;
		usecs = cfg.dc.nics[0].rate_interval_usecs;
		CHECK(bytes);
		again = xm_strdup(text ? text : "");
		CHECK(read_on(NULL, again));
		CHECK_INT(cfg.dc.nics[0].rate_bytes_per_interval, bytes);
		CHECK_INT(cfg.dc.nics[0].rate_interval_usecs, usecs);
		free(again);
		free(file);
	}
}

static void wrong_values(void)
{
	static const struct {
		const char *part, *form;
	} wrong[] = {
		{ "rate=fast", "a rate like 10Mb/s or 1MB/s@20ms" },
		{ "rate=1b/s", "a rate like 10Mb/s or 1MB/s@20ms" },
		{ "rate=", "a rate like 10Mb/s or 1MB/s@20ms" },
		{ "ip=1.2.3", "addresses like '10.0.0.2 10.1.0.0/16'" },
		{ "ip=1.2.3.4/33", "addresses like '10.0.0.2 10.1.0.0/16'" },
		{ "ip=host", "addresses like '10.0.0.2 10.1.0.0/16'" },
		{ "mac=00:16:3e:00:00:0g", "six bytes like 00:16:3e:12:34:56" },
		{ "mac=00:16:3e:00:00:011", "six bytes like 00:16:3e:12:34:56" },
		{ "mac=0x:16:3e:00:00:01", "six bytes like 00:16:3e:12:34:56" },
		{ "mac=00-16-3e-00-00-01", "six bytes like 00:16:3e:12:34:56" },
		{ "antispoof=yes", "0 or 1" },
		{ "type=ether", "vif, or for HVM guests ioemu" },
		{ "mtu=-1", "a number from 0 to 65535" },
		{ "vifname=a/b", NAME_FORM },
		{ "vifname=sixteen-letters-", NAME_FORM },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const char *eq = strchr(wrong[i].part, '=');
		char *file = xm_asprintf(MINIMAL "vif=[\"%s\"]", wrong[i].part);
		char *want = xm_asprintf("xm: f:3: vif: '%s': '%s' is not a good value for %.*s; it is %s\n",
					 wrong[i].part, eq + 1,
					 (int)(eq - wrong[i].part),
					 wrong[i].part, wrong[i].form);

		check_error(file, want);
		free(want);
		free(file);
	}
}

static void addresses_that_no_interface_has(void)
{
	check_error(MINIMAL "vif=['mac=01:16:3e:00:00:01']",
		    "xm: f:3: vif: 'mac=01:16:3e:00:00:01': mac 01:16:3e:00:00:01: it is a multicast address; the first byte has to be even\n");
	check_error(MINIMAL "vif=['mac=ff:ff:ff:ff:ff:ff']",
		    "xm: f:3: vif: 'mac=ff:ff:ff:ff:ff:ff': mac ff:ff:ff:ff:ff:ff: it is a multicast address; the first byte has to be even\n");
	check_error(MINIMAL "vif=['mac=00:00:00:00:00:00']",
		    "xm: f:3: vif: 'mac=00:00:00:00:00:00': mac 00:00:00:00:00:00: it is all zeros; leave mac out to get one made\n");
}

static void two_of_one(void)
{
	check_error(MINIMAL "vif=['mac=00:16:3e:00:00:01','mac=00:16:3E:00:00:01']",
		    "xm: f:3: vif: the MAC address 00:16:3e:00:00:01 is given to two interfaces; each needs its own\n");
	check_error(MINIMAL "vif=['devid=1','']",
		    "xm: f:3: vif: the number 1 is given to two interfaces; each needs its own devid\n");
}

static void a_made_address_stays(void)
{
	uint8_t mac[3][XM_MAC_LEN];

	CHECK(read_on("host", MINIMAL "vif=['','bridge=b','mac=00:16:3e:00:00:01']"));
	for (int i = 0; i < 3; i++)
		memcpy(mac[i], cfg.dc.nics[i].mac, XM_MAC_LEN);
	CHECK(memcmp(mac[0], mac[1], XM_MAC_LEN));
	CHECK_INT(mac[2][5], 1);
	CHECK(read_on("host", "name='g'\nkernel='/other'\nmemory=96\nvif=['mtu=9000','','']"));
	CHECK(!memcmp(mac[0], cfg.dc.nics[0].mac, XM_MAC_LEN));
	CHECK(!memcmp(mac[1], cfg.dc.nics[1].mac, XM_MAC_LEN));
	CHECK(read_on("host", "name='h'\nkernel='/k'\nmemory=64\nvif=['']"));
	CHECK(memcmp(mac[0], cfg.dc.nics[0].mac, XM_MAC_LEN));
	CHECK(read_on("other", MINIMAL "vif=['']"));
	CHECK(memcmp(mac[0], cfg.dc.nics[0].mac, XM_MAC_LEN));
	check_vif(MINIMAL "vif=['']", "vif = [ '' ]");
}

/* It must not change with a new version of xm either. */
static void a_made_address_is_this_one(void)
{
	uint8_t mac[XM_MAC_LEN];
	char have[XM_MAC_TEXT];

	xm_mac_derive(mac, "0123456789abcdef0123456789abcdef", "Apache1", 0);
	xm_mac_format(mac, have);
	CHECK_STR(have, "00:16:3e:3e:5c:ff");
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, XM_MAC_LEN);
}

/* In the range, and spread over it: by chance two of 2000 pairs are alike. */
static void made_addresses_differ(void)
{
	enum { GUESTS = 500, NICS = 8 };
	static uint8_t macs[GUESTS * NICS][XM_MAC_LEN];
	int same = 0, high = 0;
	char name[16];

	for (int i = 0; i < GUESTS * NICS; i++) {
		snprintf(name, sizeof(name), "guest%d", i / NICS);
		xm_mac_derive(macs[i], "host", name, i % NICS);
		CHECK(!macs[i][0] && macs[i][1] == 0x16 && macs[i][2] == 0x3e);
		CHECK(macs[i][3] < 0x80);
		CHECK(!xm_mac_fault(macs[i]));
		high += macs[i][3] >= 0x40;
	}
	qsort(macs, GUESTS * NICS, XM_MAC_LEN, compare);
	for (int i = 1; i < GUESTS * NICS; i++)
		same += !compare(macs[i - 1], macs[i]);
	CHECK(same < 8);
	CHECK(high > GUESTS * NICS * 4 / 10 && high < GUESTS * NICS * 6 / 10);
}

/* Neither of two words is part of the other's place: "a" + "b1" and "ab" + "1". */
static void made_of_three_words(void)
{
	uint8_t one[XM_MAC_LEN], two[XM_MAC_LEN];

	xm_mac_derive(one, "a", "b", 1);
	xm_mac_derive(two, "ab", "", 1);
	CHECK(memcmp(one, two, XM_MAC_LEN));
	xm_mac_derive(one, "a", "b1", 1);
	xm_mac_derive(two, "a", "b", 11);
	CHECK(memcmp(one, two, XM_MAC_LEN));
}

static void antispoof(void)
{
	check_vif(MINIMAL "vif=['antispoof=1']", "vif = [ 'script=vif-antispoof' ]");
	check_vif(MINIMAL "vif=['antispoof=1,script=vif-route,ip=10.0.0.2']",
		  "vif = [ 'script=vif-antispoof-route,ip=10.0.0.2' ]");
	check_vif(MINIMAL "vif=['script=/etc/xen/scripts/vif-nat,antispoof=1']",
		  "vif = [ 'script=vif-antispoof-nat' ]");
	check_vif(MINIMAL "vif=['antispoof=0']", "vif = [ '' ]");
	check_vif(MINIMAL "antispoof=1\nvif=['','script=vif-route','antispoof=0','antispoof=0,script=vif-nat']",
		  "vif = [ 'script=vif-antispoof', 'script=vif-antispoof-route', '', 'script=vif-nat' ]");
	CHECK_STR(said, "");
	check_vif(MINIMAL "antispoof=1\nnics=1", "vif = [ 'script=vif-antispoof' ]");
	check_vif(MINIMAL "vif=['script=vif-antispoof-nat']", "vif = [ 'script=vif-antispoof-nat' ]");
	check_vif(MINIMAL "vif=['script=vif-antispoof-nat,antispoof=0']", "vif = [ 'script=vif-nat' ]");
	check_error(MINIMAL "vif=['antispoof=1,script=/opt/vif-bridge']",
		    "xm: f:3: vif: 'antispoof=1,script=/opt/vif-bridge': antispoof goes with the scripts vif-bridge, vif-route and vif-nat, not with /opt/vif-bridge\n");
	check_error(MINIMAL "vif=['antispoof=1,script=vif-openvswitch']",
		    "xm: f:3: vif: 'antispoof=1,script=vif-openvswitch': antispoof goes with the scripts vif-bridge, vif-route and vif-nat, not with vif-openvswitch\n");
	check_error(MINIMAL "antispoof=1\nvif=['ip=10.0.0.1 fe80::1']",
		    "xm: f:4: vif: 'ip=10.0.0.1 fe80::1': antispoof knows only IPv4 addresses, not all of '10.0.0.1 fe80::1'\n");
	check_error(MINIMAL "antispoof=2",
		    "xm: f:3: antispoof: '2' is not a number from 0 to 1\n");
}

static void check_preset(const char *script, const char *file, const char *want)
{
	struct xm_settings set = { .bridge = (char *)"br7",
				   .vif_script = (char *)script,
				   .vif_backend = (char *)"net",
				   .gatewaydev = (char *)"eth7",
				   .blkdev_start = (char *)"xvdk",
				   .grant_frames = 77,
				   .maptrack_frames = LIBXL_MAX_GRANT_DEFAULT };

	CHECK(read_on(NULL, file));
	CHECK_INT(xm_settings_apply(&set, &cfg.dc), 0);
	CHECK_STR(cfg.dc.nics[0].script, want);
	CHECK_STR(cfg.dc.nics[0].bridge, "br7");
	CHECK_STR(cfg.dc.nics[0].backend_domname, "net");
	CHECK_STR(cfg.dc.nics[0].gatewaydev, "eth7");
	CHECK_STR(cfg.dc.b_info.blkdev_start, "xvdk");
	CHECK_INT(cfg.dc.b_info.max_grant_frames, 77);
	CHECK(cfg.dc.b_info.max_maptrack_frames == LIBXL_MAX_GRANT_DEFAULT);
}

static void presets_of_the_host(void)
{
	struct xm_settings set = { .vif_script = (char *)"vif-openvswitch" };

	check_preset(NULL, MINIMAL "vif=['']", NULL);
	check_preset("vif-route", MINIMAL "vif=['']", "vif-route");
	check_preset("vif-route", MINIMAL "vif=['script=s']", "s");
	check_preset("vif-route", MINIMAL "vif=['antispoof=1']", "vif-antispoof-route");
	check_preset("/etc/xen/scripts/vif-nat", MINIMAL "antispoof=1\nvif=['']",
		     "vif-antispoof-nat");
	check_preset(NULL, MINIMAL "antispoof=1\nvif=['']", "vif-antispoof");
	CHECK(read_on(NULL, MINIMAL "vif=['antispoof=1']"));
	CHECK(xm_settings_apply(&set, &cfg.dc));
}

static void script_behind_antispoof(void)
{
	static const char *const pairs[][2] = {
		{ NULL, "vif-bridge" }, { "vif-antispoof", "vif-bridge" },
		{ "vif-antispoof-bridge", "vif-bridge" },
		{ "/etc/xen/scripts/vif-antispoof-route", "vif-route" },
		{ "vif-antispoof-nat", "vif-nat" }, { "/a/b", "b" },
	};
	libxl_device_nic nic;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		nic.script = (char *)pairs[i][0];
		CHECK_STR(xm_vif_script(&nic), pairs[i][1]);
		CHECK_INT(xm_vif_is_guarded(&nic), i > 0 && i < 5);
	}
}

int main(void)
{
	RUN(all_options);
	RUN(rates);
	RUN(wrong_values);
	RUN(addresses_that_no_interface_has);
	RUN(two_of_one);
	RUN(a_made_address_stays);
	RUN(a_made_address_is_this_one);
	RUN(made_addresses_differ);
	RUN(made_of_three_words);
	RUN(antispoof);
	RUN(presets_of_the_host);
	RUN(script_behind_antispoof);
	forget();
	return check_done();
}
