// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What "xm create -n" prints says all that was read: a configuration with every
 * key, and with values that need quoting, is printed and read again, and libxl's
 * JSON of both has to be the same. The man page has the same keys.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fields.h"
#include "json.h"
#include "keys.h"
#include "read.h"

/* One line for each key; those that exclude each other are in @others. */
static const char everything[] =
	"name = \"g\"\n"
	"type = \"pvh\"\n"
	"uuid = \"00000000-0000-0000-0000-000000000001\"\n"
	"pool = \"Pool-1\"\n"
	"driver_domain = 1\n"
	"memory = 64\n"
	"maxmem = 96\n"
	"vcpus = 2\n"
	"maxvcpus = 3\n"
	"cpus = [ \"0\", \"1-2\" ]\n"
	"cpu_weight = 512\n"
	"cap = 50\n"
	"tsc_mode = \"native\"\n"
	"kernel = \"/k\"\n"
	"ramdisk = \"/r\"\n"
	"root = \"/dev/xvda1 ro\"\n"
	"extra = 'a=\"b c\" x=\\'y\\' init=C:\\\\new\\\\table'\n"
	"bootloader = \"pygrub\"\n"
	"bootloader_args = [ \"--args=it's\", \"a\\\"b\", \"c\\\\d\" ]\n"
	"blkdev_start = \"xvdb\"\n"
	"max_event_channels = 4095\n"
	"max_grant_frames = 64\n"
	"max_maptrack_frames = 0\n"
	"nomigrate = 1\n"
	"antispoof = 1\n"
	"disk = [ 'phy:/dev/a,xvda,w!', 'file-cached:/b\"c,xvdb,w!', 'file:/it\\'s,xvdc,r',\n"
	"  'format=raw,vdev=xvdd,access=rw,discard,direct-io-safe,target=/d',\n"
	"  'format=raw,vdev=xvde,access=ro,no-discard,specification=xen,target=/e',\n"
	"  'format=qcow2,vdev=xvdf,access=ro,backendtype=qdisk,target=/f',\n"
	"  'format=raw,vdev=xvdg,access=rw,backend=driver,target=/g',\n"
	"  'format=raw,vdev=xvdh,access=rw,script=block-x,target=any:thing',\n"
	"  'format=empty,vdev=hdc,access=ro,devtype=cdrom,target=' ]\n"
	"vif = [ 'mac=00:16:3e:00:00:01,bridge=b,vifname=v,ip=1.2.3.4 10.0.0.0/8,mtu=9000,rate=1MB/s@20ms,untrusted',\n"
	"  'trusted,script=vif-route,gatewaydev=e0,model=e1000,devid=5', 'backend=driver,antispoof=0', '' ]\n"
	"on_poweroff = \"preserve\"\n"
	"on_reboot = \"rename-restart\"\n"
	"on_crash = \"coredump-restart\"\n"
	"on_watchdog = \"coredump-destroy\"\n"
	"on_soft_reset = \"preserve\"\n";

static const char others[] = "cmdline = \"quiet\"\n";

/* The keys that only HVM guests have. */
static const char hvm[] =
	"name = \"h\"\n"
	"type = \"hvm\"\n"
	"memory = 64\n"
	"localtime = 1\n"
	"rtc_timeoffset = -3600\n"
	"boot = \"dca\"\n"
	"hap = 0\n"
	"pae = 1\n"
	"acpi = 1\n"
	"acpi_s3 = 0\n"
	"acpi_s4 = 0\n"
	"apic = 1\n"
	"nx = 1\n"
	"hpet = 0\n"
	"vpt_align = 0\n"
	"nestedhvm = 0\n"
	"timer_mode = \"no_missed_ticks_pending\"\n"
	"shadow_memory = 16\n"
	"mmio_hole = 1024\n"
	"xen_platform_pci = 1\n"
	"bios = \"seabios\"\n"
	"hdtype = \"ahci\"\n"
	"device_model_version = \"qemu-xen\"\n"
	"device_model_override = \"/opt/qemu\"\n"
	"device_model_args = [ '-d', 'x' ]\n"
	"device_model_args_hvm = '-y'\n"
	"stdvga = 0\n"
	"vga = \"cirrus\"\n"
	"videoram = 8\n"
	"nographic = 0\n"
	"keymap = \"de\"\n"
	"vnc = 1\n"
	"vnclisten = \"127.0.0.1\"\n"
	"vncpasswd = \"a\\\"b\"\n"
	"vncdisplay = 3\n"
	"vncunused = 0\n"
	"sdl = 0\n"
	"opengl = 0\n"
	"display = \":0\"\n"
	"xauthority = \"/root/.Xauthority\"\n"
	"serial = [ 'pty', 'null' ]\n"
	"usb = 1\n"
	"usbversion = 2\n"
	"usbdevice = 'tablet'\n"
	"soundhw = \"ac97\"\n"
	"disk = [ 'phy:/dev/a,hda,w', ',hdc:cdrom,r' ]\n"
	"vif = [ 'type=ioemu,bridge=b,model=e1000', 'type=vif,antispoof=1', '' ]\n";

/* To be freed. */
static char *json(void)
{
	yajl_gen gen = xm_json_new();
	const unsigned char *all;
	size_t len;
	char *copy;

	libxl_domain_config_gen_json(gen, &cfg.dc);
	yajl_gen_get_buf(gen, &all, &len);
	copy = xm_strndup((const char *)all, len);
	yajl_gen_free(gen);
	return copy;
}

static void comes_back(const char *file, bool direct_files)
{
	char *first, *printed;

	if (!CHECK(read_config(file, NULL, 0))) {
		printf("%s", said);
		return;
	}
	xm_config_place(&cfg, direct_files);
	first = json();
	printed = xm_config_text(&cfg.dc);
	if (CHECK(read_config(printed, NULL, 0))) {
		char *second;

		CHECK_STR(said, "");
		xm_config_place(&cfg, direct_files);
		second = json();
		CHECK_STR(second, first);
		free(second);
	} else {
		printf("%s%s", said, printed);
	}
	free(printed);
	free(first);
}

static void all_keys_come_back(void)
{
	comes_back(everything, true);
	comes_back(hvm, true);
	/* Here only files that are there are known as such. */
	comes_back(MINIMAL "disk = [ 'phy:/dev/a,xvda,w!', 'file:/etc/passwd,xvdb,r', '/etc/group,raw,xvdc,ro' ]\n",
		   false);
}

/* As libxl keeps it with a guest. */
static void what_libxl_fills_in_is_not_printed(void)
{
	char *printed;

	if (!CHECK(read_config("name = 'h'\ntype = 'hvm'\nmemory = 64\n", NULL, 0)))
		return;
	cfg.dc.b_info.u.hvm.mmio_hole_memkb = 0;
	printed = xm_config_text(&cfg.dc);
	CHECK(read_config(printed, NULL, 0));
	CHECK_STR(said, "");
	free(printed);
}

static void a_command_line_comes_back(void)
{
	comes_back(MINIMAL "cmdline = \"a\\nb\\rc\\td\"\n", true);
	comes_back(MINIMAL "cmdline = '\\\\'\n", true);
	comes_back(MINIMAL "cmdline = '\"'\n", true);
}

static bool names(const char *file, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = file; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, len) && line[len] == ' ')
			return true;
	}
	return false;
}

static void no_key_is_forgotten(void)
{
	for (size_t i = 0; i < xm_field_count; i++) {
		const char *key = xm_fields[i].name;

		if (!CHECK(names(everything, key) || names(others, key) ||
			   names(hvm, key)))
			printf("%s is not tried\n", key);
		CHECK_INT(xm_key_find(key)->kind, xm_fields[i].hvm ? XM_KEY_HVM : XM_KEY_READ);
	}
}

/* The part of the man page that lists the keys, each a word of its own. */
static char *man_page_keys(void)
{
	const char *dir = getenv("XM");
	char *path = xm_asprintf("%s/xm.cfg.5", dir ? dir : ".");
	char *page = xm_readfile(path, NULL), *at, *end, *part = NULL;

	at = page ? strstr(page, "These keys are read:") : NULL;
	end = at ? strstr(at, ".Pp\n") : NULL;
	if (CHECK(end))
		part = xm_strndup(at, end - at);
	free(page);
	free(path);
	return part;
}

static void the_man_page_has_the_same_keys(void)
{
	char *list = man_page_keys(), *word, *rest = list;
	size_t found = 0;

	while (list && (word = strsep(&rest, " ,.:\n"))) {
		for (size_t i = 0; i < xm_field_count; i++)
			found += !strcmp(word, xm_fields[i].name);
	}
	CHECK_INT(found, xm_field_count);
	free(list);
}

int main(void)
{
	RUN(all_keys_come_back);
	RUN(what_libxl_fills_in_is_not_printed);
	RUN(a_command_line_comes_back);
	RUN(no_key_is_forgotten);
	RUN(the_man_page_has_the_same_keys);
	forget();
	return check_done();
}
