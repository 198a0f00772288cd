// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files, today's and Xen 2.0's: settings and exact messages. */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "cpulist.h"
#include "keys.h"
#include "read.h"

static const char xen20[] =
	"kernel = \"/boot/vmlinuz-2.6.10-xenU\"\n"
	"builder='linux'\n"
	"memory = 256\n"
	"name = \"Apache1\"\n"
	"cpu = -1\n"
	"nics = 1\n"
	"vif = [ 'mac=aa:00:00:00:00:01, bridge=xen-br0' ]\n"
	"disk = [ 'phy:vgdisk/apache1,sda1,w', 'phy:vgsdap/apache1,sda2,w' ]\n"
	"root = \"/dev/sda1 ro\"\n"
	"extra = 2\n"
	"restart = 'onreboot'\n";

static bool read_with(const char *file, char **args, int nargs)
{
	if (!read_config(file, args, nargs))
		return false;
	xm_config_place(&cfg, false);
	text = xm_config_text(&cfg.dc);
	return true;
}

static bool read_file(const char *file)
{
	bool ok = read_with(file, NULL, 0);

	if (!ok)
		printf("%s", said);
	return ok;
}

static void check_error(const char *file, const char *want)
{
	CHECK(!read_with(file, NULL, 0));
	CHECK_STR(said, want);
}

static void check_has(const char *line)
{
	if (!CHECK(text && strstr(text, line)))
		printf("no \"%s\" in:\n%s", line, text ? text : "(null)\n");
}

static void xen20_file_warnings(void)
{
	CHECK(read_file(xen20));
	CHECK_STR(said,
		  "xm: f:2: warning: builder: 'linux' is obsolete; using type=\"pv\"\n"
		  "xm: f:5: warning: cpu: -1 is obsolete; any CPU may be used, as when cpus is not set\n"
		  "xm: f:6: warning: nics: obsolete; there is one interface for each entry in vif, here 1\n"
		  "xm: f:11: warning: restart: 'onreboot' is obsolete; using on_poweroff='destroy' on_reboot='restart' on_crash='destroy'\n");
}

static void xen20_file_settings(void)
{
	CHECK(read_file(xen20));
	CHECK_STR(text,
		  "name = \"Apache1\"\n"
		  "type = \"pv\"\n"
		  "memory = 256\n"
		  "vcpus = 1\n"
		  "kernel = \"/boot/vmlinuz-2.6.10-xenU\"\n"
		  "cmdline = \"root=/dev/sda1 ro 2\"\n"
		  "disk = [ 'format=raw,vdev=sda1,access=rw,backendtype=phy,script=block-xenify,target=/dev/vgdisk/apache1', 'format=raw,vdev=sda2,access=rw,backendtype=phy,script=block-xenify,target=/dev/vgsdap/apache1' ]\n"
		  "vif = [ 'mac=aa:00:00:00:00:01,bridge=xen-br0' ]\n"
		  "on_poweroff = \"destroy\"\n"
		  "on_reboot = \"restart\"\n"
		  "on_crash = \"destroy\"\n"
		  "on_watchdog = \"destroy\"\n"
		  "on_soft_reset = \"soft-reset\"\n");
	CHECK_INT(cfg.dc.b_info.num_vcpu_hard_affinity, 0);
	CHECK_INT(cfg.dc.num_nics, 1);
}

/* What is printed for an old file reads back to the same, without warnings. */
static void printed_file_reads_back(void)
{
	char *first;

	CHECK(read_file(xen20));
	first = xm_strdup(text ? text : "");
	CHECK(read_file(first));
	CHECK_STR(said, "");
	CHECK_STR(text, first);
	free(first);
}

static void restart_values(void)
{
	CHECK(read_file(MINIMAL "restart='always'"));
	check_has("on_poweroff = \"restart\"\non_reboot = \"restart\"\n"
		  "on_crash = \"restart\"\n");
	CHECK(read_file(MINIMAL "restart='never'"));
	check_has("on_poweroff = \"destroy\"\non_reboot = \"destroy\"\n"
		  "on_crash = \"destroy\"\n");
	CHECK(read_file(MINIMAL "restart='never'\non_reboot='restart'"));
	check_has("on_reboot = \"restart\"");
	check_error(MINIMAL "restart='often'",
		    "xm: f:3: restart: 'often' is not one of onreboot, always, never\n");
}

static void classic_cpu_and_nics(void)
{
	CHECK(read_file(MINIMAL "cpu=2\nvcpus=2"));
	CHECK_STR(said, "xm: f:3: warning: cpu: obsolete; using cpus=\"2\"\n"
		  "xm: f: warning: there is neither vif nor nics: the guest has no interface; Xen 2.0 made one, as vif = [ '' ] does\n");
	check_has("cpus = [ \"2\", \"2\" ]");
	CHECK(read_file(MINIMAL "nics=2\nvif=['bridge=b']"));
	CHECK_INT(cfg.dc.num_nics, 2);
	check_has("vif = [ 'bridge=b', '' ]");
}

static void unknown_and_ignored_keys(void)
{
	CHECK(read_file(MINIMAL "nosuch=1\nvfb=['vnc=1']\n"));
	CHECK_STR(said,
		  "xm: f:3: warning: nosuch: unknown key, ignored\n"
		  "xm: f:4: warning: vfb: ignored: it needs a device model, which xm starts for HVM guests only; use xl\n");
}

static void python_values(void)
{
	CHECK(read_file(MINIMAL "extra = -1\r\ndriver_domain = True\n"));
	check_has("cmdline = \"-1\"");
	check_has("driver_domain = 1");
	CHECK_STR(said, "");
	check_error(MINIMAL "import os\n",
		    "xm: f: line 3: not of the form KEY = VALUE (Python code is not run)\n");
	check_error(MINIMAL "root = 'a\n",
		    "xm: f: line 3: a quoted string does not end on its line\n");
	check_error(MINIMAL "disk = [ 'a'\n",
		    "xm: f: line 3: a '[' has no ']'\n");
}

static void syntax_errors(void)
{
	static const char *const python[] = {
		"'x' + str(3)", "'vm%d' % 3", "['a'] + ['b']", "\"\"\"g\"\"\"", "u'g'",
		"('a')", "`x`", "str(3)", "'a' \\\n 'b'",
	};

	for (size_t i = 0; i < ARRAY_SIZE(python); i++) {
		char file[128];

		snprintf(file, sizeof(file), MINIMAL "root = %s\n", python[i]);
		if (!CHECK(!read_with(file, NULL, 0) &&
			   strstr(said, "xm: f: line 3: not one value, near `") &&
			   strstr(said, "(Python code is not run)")))
			printf("%s: %s", python[i], said);
	}
	check_error(MINIMAL "root =\n", "xm: f: line 3: the value is missing\n");
	check_error(MINIMAL "root = [ 'a',\n", "xm: f: line 3: a '[' has no ']'\n");
	check_error(MINIMAL "memory += 1\n",
		    "xm: f: line 3: += is for strings and lists (Python code is not run)\n");
	CHECK(read_file("\xef\xbb\xbf" MINIMAL));
	CHECK_STR(said, "");
	check_error("", "xm: f: name is not set; add a line name = \"...\"\n");
	check_error(MINIMAL "root = 'a' 'b'\n",
		    "xm: f: line 3: not one value, near `'b'' (Python code is not run)\n");
}

static void arguments_override(void)
{
	char *args[] = { (char *)"memory=96", (char *)"extra=it's",
			 (char *)"kernel = /other", (char *)"vif=['']",
			 (char *)"cpu=-1" };
	char *bad[] = { (char *)"memory" };
	char *quotes[] = { (char *)"extra=a\"b'c\\" };
	char *wrong[] = { (char *)"extra='a" };

	CHECK(read_with(MINIMAL, args, 5));
	check_has("cmdline = \"it's\"");
	check_has("memory = 96");
	check_has("kernel = \"/other\"");
	CHECK_INT(cfg.dc.num_nics, 1);
	CHECK(strstr(said, "xm: f: command line: warning: cpu: -1"));
	CHECK(read_with(MINIMAL, quotes, 1));
	CHECK_STR(cfg.dc.b_info.cmdline, "a\"b'c\\");
	CHECK(!read_with(MINIMAL, wrong, 1));
	CHECK_STR(said, "xm: f: command line: a quoted string does not end on its line\n");
	CHECK(!read_with(MINIMAL, bad, 1));
	CHECK_STR(said, "xm: f: 'memory' is not of the form KEY=VALUE\n");
}

static void modern_settings(void)
{
	CHECK(read_file(MINIMAL "maxmem=128\nvcpus=2\nmaxvcpus=4\n"
			"cpus='0-3,^2'\ncpu_weight=512\ncap=50\n"
			"tsc_mode='native'\nramdisk='/r'\n"
			"uuid='00000000-0000-0000-0000-000000000001'\n"
			"on_crash='rename-restart'\nextra='x'\nroot='/dev/r'"));
	CHECK_STR(said, "");
	check_has("memory = 64\nmaxmem = 128\nvcpus = 2\nmaxvcpus = 4\n"
		  "cpus = [ \"0-1,3\", \"0-1,3\", \"0-1,3\", \"0-1,3\" ]\n"
		  "cpu_weight = 512\ncap = 50\ntsc_mode = \"native\"\n");
	check_has("ramdisk = \"/r\"\ncmdline = \"root=/dev/r x\"\n");
	check_has("uuid = \"00000000-0000-0000-0000-000000000001\"");
	check_has("on_crash = \"rename-restart\"");
}

static void cpu_lists(void)
{
	CHECK(read_file(MINIMAL "vcpus=2\ncpus=['1','2-3']"));
	check_has("cpus = [ \"1\", \"2-3\" ]");
	CHECK(read_file(MINIMAL "cpus='all'"));
	CHECK_INT(cfg.dc.b_info.num_vcpu_hard_affinity, 0);
	check_error(MINIMAL "cpus='3-1'",
		    "xm: f:3: cpus: '3-1' is not a list of CPUs like \"0-3,5,^1\"\n");
	check_error(MINIMAL "cpus='1,^1'",
		    "xm: f:3: cpus: '1,^1' is not a list of CPUs like \"0-3,5,^1\"\n");
}

static bool two_nodes(long node, libxl_bitmap *map)
{
	for (int cpu = 0; cpu < 2 && node < 2; cpu++)
		libxl_bitmap_set(map, 2 * node + cpu);
	return node < 2;
}

static void cpu_lists_with_nodes(void)
{
	static const struct {
		const char *list, *cpus;
	} all[] = {
		{ "node:0", "0-1" }, { "nodes:0-1", "0-3" },
		{ "0-7,^node:1", "0-1,4-7" }, { "node:1,^3", "2" },
		{ "node:2", NULL }, { "node:", NULL }, { "^node:0", NULL },
	};
	libxl_bitmap map = { 0 };
	char *text_of;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		CHECK_INT(xm_cpulist_parse(&map, all[i].list, two_nodes),
			  all[i].cpus ? 0 : -1);
		text_of = xm_cpulist_format(&map);
		if (all[i].cpus)
			CHECK_STR(text_of, all[i].cpus);
		free(text_of);
	}
	free(map.map);
	check_error(MINIMAL "cpus='node:0'",
		    "xm: f:3: cpus: 'node:0' is not a list of CPUs like \"0-3,5,^1\", or there is no such node on this host\n");
	CHECK(read_file(MINIMAL "cpus=''"));
	CHECK_STR(said, "");
	CHECK_INT(cfg.dc.b_info.num_vcpu_hard_affinity, 0);
}

static void keys_of_others(void)
{
	static const char *const known[] = {
		"bootentry", "features", "on_xend_start", "viridian", "monitor",
		"access_control", "pvshim_path", "spicehost", "stubdomain_memory",
		"gfx_passthru", "pci_permissive", "channel", "vnuma",
		"e820_host", "device_model_args_pv", "max_grant_version", "vpmu",
		"autorestart", "ipaddr", "memmap", "acpi_firmware",
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		const struct xm_keyinfo *info = xm_key_find(known[i]);

		if (!CHECK(info->kind == XM_KEY_IGNORED && info->hint))
			printf("%s is unknown\n", known[i]);
	}
	CHECK_INT(xm_key_find("nosuch")->kind, XM_KEY_UNKNOWN);
	check_error("name='g'\nkernel='/usr/lib/xen/boot/hvmloader'\nboot='cda'\n",
		    "xm: f: warning: memory is not set: using 128 MiB\n"
		    "xm: f:2: kernel: '/usr/lib/xen/boot/hvmloader' is for HVM guests; add a line type = \"hvm\"\n");
}

static void what_xen20_took(void)
{
	CHECK(read_file(MINIMAL "cpu_weight = 1.0\n"));
	CHECK_INT(cfg.dc.b_info.sched_params.weight, 256);
	CHECK_STR(said, "xm: f:3: warning: cpu_weight: '1.0' is obsolete; using 256\n");
	check_error(MINIMAL "cpu_weight = 1.x\n",
		    "xm: f:3: cpu_weight: '1.x' is not a number from 1 to 65535\n");
	CHECK(read_file(MINIMAL "root = 'root=/dev/sda1'"));
	CHECK_STR(cfg.dc.b_info.cmdline, "root=/dev/sda1");
	CHECK(read_file(MINIMAL "vif = ['be_mac=fe:ff:ff:ff:ff:ff,type=netfront,policy=x']"));
	CHECK_STR(said, "xm: f:3: warning: vif: 'be_mac=fe:ff:ff:ff:ff:ff,type=netfront,policy=x': obsolete, and ignored: be_mac, policy\n");
	CHECK(read_file(MINIMAL "disk = ['phy:sda1,/dev/sda1,w,driver', 'phy:sda2,sda2,w,0']"));
	CHECK_STR(cfg.dc.disks[0].backend_domname, "driver");
	CHECK_STR(cfg.dc.disks[0].vdev, "sda1");
	CHECK(!cfg.dc.disks[1].backend_domname);
}

static void a_command_line_that_is_too_long(void)
{
	char *file = xm_asprintf(MINIMAL "cmdline = '%01023d'\n", 0);
	char *longer = xm_asprintf(MINIMAL "cmdline = '%01024d'\n", 0);

	CHECK(read_file(file));
	check_error(longer, "xm: f: the kernel's command line has 1024 bytes; a PV guest gets 1023\n");
	free(longer);
	free(file);
}

static void bootloader(void)
{
	CHECK(read_file("name='g'\nmemory=64\nbootloader='pygrub'\n"
			"bootloader_args=['-q','x']"));
	check_has("bootloader = \"pygrub\"\nbootloader_args = [ '-q', 'x' ]");
	CHECK(read_file("name='g'\nmemory=64\nbootloader='pygrub'\n"
			"bootloader_args='-q'"));
	check_has("bootloader_args = [ '-q' ]");
}

static void vifs(void)
{
	CHECK(read_file(MINIMAL "vif=['mac=00:16:3e:00:00:01,bridge=b','']"));
	check_has("vif = [ 'mac=00:16:3e:00:00:01,bridge=b', '' ]");
	CHECK(read_file(MINIMAL "vif=['vifname=v,ip=1.2.3.4,script=s,mtu=9000']"));
	check_has("vif = [ 'script=s,vifname=v,ip=1.2.3.4,mtu=9000' ]");
	check_error(MINIMAL "vif=['mac=00:16:3e:00:00']",
		    "xm: f:3: vif: 'mac=00:16:3e:00:00': '00:16:3e:00:00' is not a good value for mac; it is six bytes like 00:16:3e:12:34:56\n");
	check_error(MINIMAL "vif=['colour=red']",
		    "xm: f:3: vif: 'colour=red': 'colour' is not a key of a vif\n");
	check_error(MINIMAL "vif='bridge=b'",
		    "xm: f:3: vif: must be a list: vif = [ '...' ]\n");
}

static void missing_and_wrong_values(void)
{
	check_error("kernel='/k'\nmemory=64\n",
		    "xm: f: name is not set; add a line name = \"...\"\n");
	check_error("name='g'\nmemory=64\n",
		    "xm: f: kernel is not set; add a line kernel = \"/boot/vmlinuz...\"\n");
	check_error(MINIMAL "vcpus='many'",
		    "xm: f:3: vcpus: 'many' is not a number from 1 to 512\n");
	check_error(MINIMAL "maxmem=32",
		    "xm: f:3: maxmem: 32 is less than memory, which is 64\n");
	check_error(MINIMAL "type='stubdom'",
		    "xm: f:3: type: 'stubdom' is not one of pv, pvh, hvm\n");
	check_error(MINIMAL "builder='netbsd'",
		    "xm: f:3: builder: 'netbsd' is not one of linux, generic, hvm\n");
	check_error(MINIMAL "disk=['phy:a,sda1,w','phy:b,sda1,w']",
		    "xm: f:3: disk: sda1 is given to two disks; each needs its own\n");
	check_error(MINIMAL "disk=['phy:a,sda1']",
		    "xm: f:3: disk: 'phy:a,sda1': three parts are needed: DEVICE,VDEV,MODE\n");
	check_error(MINIMAL "on_crash='dance'",
		    "xm: f:3: on_crash: 'dance' is not an action like destroy, restart, preserve\n");
	check_error(MINIMAL "uuid='1'", "xm: f:3: uuid: '1' is not a UUID\n");
}

/* Whatever the bytes are, there is an answer and no leak. */
static void any_bytes(void)
{
	static const char alphabet[] = "abk=[]'\"\\#;,\n\r\t -+.0x1!:/\x01\xff";
	char junk[120];

	srand(1);
	for (int round = 0; round < 3000; round++) {
		size_t n = rand() % (sizeof(junk) - 1);

		for (size_t i = 0; i < n; i++)
			junk[i] = alphabet[rand() % (sizeof(alphabet) - 1)];
		junk[n] = '\0';
		read_with(junk, NULL, 0);
	}
	CHECK(true);
}

/* Libxl could not read such a guest's configuration again when it reboots. */
static void what_is_not_utf8(void)
{
	check_error(MINIMAL "# M\xfcller\nextra = 'n=M\xfcller'",
		    "xm: f:4: extra: it is not UTF-8; 'iconv -f latin1 -t utf-8' makes a file so that is Latin-1\n");
	check_error(MINIMAL "disk = [ 'phy:/dev/a,xvda,w',\n 'file:/g\xe4ste/b,xvdb,w' ]",
		    "xm: f:3: disk: it is not UTF-8; 'iconv -f latin1 -t utf-8' makes a file so that is Latin-1\n");
	CHECK(read_file(MINIMAL "# M\xfcller\nvnclisten = 'M\xfcller'\nfrau = 'M\xfcller'\n"
			"extra = 'n=M\xc3\xbcller'\n"));
	check_has("cmdline = \"n=M\xc3\xbcller\"");
}

static void capital_keys_are_not_read(void)
{
	CHECK(read_file(MINIMAL "KERNEL = \"/boot/old\"\nMemory = 96\n"));
	CHECK(strstr(said, "KERNEL: unknown key, ignored"));
	CHECK(strstr(said, "Memory: unknown key, ignored"));
	check_has("kernel = \"/k\"");
	CHECK(!strstr(text, "/boot/old") && !strstr(text, "96"));
}

static void names_that_are_refused(void)
{
	static const char *const bad[] = {
		"123", "a b", "a\033[2J", "-v", "../../etc/cron.d/x", "a'b",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char file[128];

		snprintf(file, sizeof(file), "kernel = \"/k\"\nmemory = 64\nname = \"%s\"\n",
			 bad[i]);
		if (!CHECK(!read_with(file, NULL, 0)))
			printf("'%s' is accepted\n", bad[i]);
		CHECK(strstr(said, "name"));
	}
	CHECK(read_file("kernel = \"/k\"\nmemory = 64\nname = \"web-1.example:/x+y_2\"\n"));
}

static void relative_paths_are_those_of_here(void)
{
	char *here = getcwd(NULL, 0), *want;

	CHECK(read_file("kernel = \"vmlinuz\"\nramdisk = \"boot/initrd\"\n"
			"name = \"g\"\nmemory = 64\n"));
	want = xm_asprintf("kernel = \"%s/vmlinuz\"", here);
	check_has(want);
	free(want);
	want = xm_asprintf("ramdisk = \"%s/boot/initrd\"", here);
	check_has(want);
	free(want);
	free(here);
}

static void limits(void)
{
	CHECK(read_file(MINIMAL "max_event_channels = 4095\n"));
	CHECK_STR(said, "");
	check_has("max_event_channels = 4095");
}

int main(void)
{
	RUN(capital_keys_are_not_read);
	RUN(names_that_are_refused);
	RUN(relative_paths_are_those_of_here);
	RUN(limits);
	RUN(xen20_file_warnings);
	RUN(xen20_file_settings);
	RUN(printed_file_reads_back);
	RUN(restart_values);
	RUN(classic_cpu_and_nics);
	RUN(unknown_and_ignored_keys);
	RUN(python_values);
	RUN(syntax_errors);
	RUN(arguments_override);
	RUN(modern_settings);
	RUN(cpu_lists);
	RUN(cpu_lists_with_nodes);
	RUN(keys_of_others);
	RUN(what_xen20_took);
	RUN(a_command_line_that_is_too_long);
	RUN(bootloader);
	RUN(vifs);
	RUN(missing_and_wrong_values);
	RUN(any_bytes);
	RUN(what_is_not_utf8);
	forget();
	return check_done();
}
