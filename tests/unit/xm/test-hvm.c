// SPDX-License-Identifier: GPL-2.0-or-later
/* HVM guests' configuration files, today's and those of Xen 3 and 4.0. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "keys.h"
#include "read.h"

#define HVM "type='hvm'\nname='h'\nmemory=64\n"

/* As they were written for Xen 4.0. */
static const char xen40[] =
	"kernel = '/usr/lib/xen-4.0/boot/hvmloader'\n"
	"builder='hvm'\n"
	"memory = 512\n"
	"vcpus = 2\n"
	"name = 'windows'\n"
	"vif = [ 'type=ioemu, mac=00:16:3e:00:00:01, bridge=xenbr0' ]\n"
	"disk = [ 'file:/srv/windows.img,hda,w', 'file:/srv/install.iso,hdc:cdrom,r' ]\n"
	"device_model='/usr/lib/xen-4.0/bin/qemu-dm'\n"
	"boot='cda'\n"
	"sdl=0\n"
	"vnc=1\n"
	"vncviewer=1\n"
	"vnclisten='127.0.0.1'\n"
	"vncpasswd=''\n"
	"stdvga=1\n"
	"serial='pty'\n"
	"usb=1\n"
	"usbdevice='tablet'\n"
	"acpi=1\n"
	"apic=1\n"
	"pae=1\n"
	"localtime=1\n"
	"ne2000=1\n"
	"vncconsole=0\n";

static bool read_file(const char *file)
{
	bool ok = read_config(file, NULL, 0);

	if (!ok)
		return false;
	xm_config_place(&cfg, true);
	hear();
	text = xm_config_text(&cfg.dc);
	return true;
}

static void check_error(const char *file, const char *want)
{
	CHECK(!read_file(file));
	CHECK_STR(said, want);
}

static void xen40_file_warnings(void)
{
	CHECK(read_file(xen40));
	CHECK_STR(said,
		  "xm: f:1: warning: kernel: '/usr/lib/xen-4.0/boot/hvmloader' is obsolete; using libxenlight's own hvmloader\n"
		  "xm: f:2: warning: builder: 'hvm' is obsolete; using type=\"hvm\"\n"
		  "xm: f:8: warning: device_model: '/usr/lib/xen-4.0/bin/qemu-dm' is obsolete; using libxenlight's own QEMU\n"
		  "xm: f:12: warning: vncviewer: obsolete, and ignored; 'xm create --vncviewer' and 'xm vncviewer windows' show its screen\n"
		  "xm: f:23: warning: ne2000: obsolete; using model=ne2k_pci in vif\n");
}

static void xen40_file_settings(void)
{
	CHECK(read_file(xen40));
	CHECK_STR(text,
		  "name = \"windows\"\n"
		  "type = \"hvm\"\n"
		  "memory = 512\n"
		  "vcpus = 2\n"
		  "localtime = 1\n"
		  "boot = \"cda\"\n"
		  "pae = 1\n"
		  "acpi = 1\n"
		  "apic = 1\n"
		  "vga = \"stdvga\"\n"
		  "vnc = 1\n"
		  "vnclisten = \"127.0.0.1\"\n"
		  "sdl = 0\n"
		  "serial = [ 'pty' ]\n"
		  "usb = 1\n"
		  "usbdevice = [ 'tablet' ]\n"
		  "disk = [ 'format=raw,vdev=hda,access=rw,backendtype=phy,script=block-xenify,target=/srv/windows.img', 'format=raw,vdev=hdc,access=ro,devtype=cdrom,target=/srv/install.iso' ]\n"
		  "vif = [ 'mac=00:16:3e:00:00:01,bridge=xenbr0,model=ne2k_pci,type=ioemu' ]\n"
		  "on_poweroff = \"destroy\"\n"
		  "on_reboot = \"restart\"\n"
		  "on_crash = \"destroy\"\n"
		  "on_watchdog = \"destroy\"\n"
		  "on_soft_reset = \"soft-reset\"\n");
	CHECK(!cfg.dc.b_info.kernel);
}

static void todays_file(void)
{
	CHECK(read_file(HVM "vga='cirrus'\nstdvga=1\nvif=['']\n"));
	CHECK_STR(said, "");
	CHECK_INT(cfg.dc.b_info.u.hvm.vga.kind, LIBXL_VGA_INTERFACE_TYPE_CIRRUS);
	CHECK_INT(cfg.dc.nics[0].nictype, LIBXL_NIC_TYPE_UNKNOWN);
	/* A kernel of its own is given to QEMU. */
	CHECK(read_file(HVM "kernel='/k'\nextra='x'\n"));
	CHECK_STR(cfg.dc.b_info.kernel, "/k");
	CHECK(read_file(HVM "timer_mode=2\n"));
	CHECK_INT(cfg.dc.b_info.timer_mode, 2);
	/* The type says more than the builder of an old file. */
	CHECK(read_file("kernel='/k'\nname='g'\nmemory=64\ntype='pv'\nbuilder='hvm'\n"));
	CHECK_INT(cfg.dc.c_info.type, LIBXL_DOMAIN_TYPE_PV);
	CHECK_STR(said, "xm: f:5: warning: builder: 'hvm' is obsolete; using type=\"pv\"\n");
}

static void wrong_values(void)
{
	check_error(HVM "boot='cx'\n",
		    "xm: f:4: boot: 'cx' is not letters of a (floppy), c (disk), d (CD-ROM), n (network)\n");
	check_error(HVM "vga='voodoo'\n",
		    "xm: f:4: vga: 'voodoo' is not one of stdvga, cirrus, none, qxl\n");
	check_error(HVM "mmio_hole=1\n",
		    "xm: f:4: mmio_hole: '1' is not a number from 256 to 3840\n");
	check_error(HVM "vncpasswd='M\xfcller'\n",
		    "xm: f:4: vncpasswd: it is not UTF-8; 'iconv -f latin1 -t utf-8' makes a file so that is Latin-1\n");
	check_error(HVM "disk=['phy:/a,hda,r']\n",
		    "xm: f:4: disk: hda is read-only, which an emulated disk cannot be; give it mode w, or call it xvdg, which is for PV drivers only\n");
	check_error(HVM "disk=['phy:/a,xvdd1,r']\n",
		    "xm: f:4: disk: xvdd1 is read-only, which an emulated disk cannot be; give it mode w, or call it xvdg, which is for PV drivers only\n");
	check_error(HVM "hdtype='ahci'\ndisk=['phy:/a,xvdf,r']\n",
		    "xm: f:5: disk: xvdf is read-only, which an emulated disk cannot be; give it mode w, or call it xvdg, which is for PV drivers only\n");
	CHECK(read_file(HVM "disk=['phy:/a,xvde,r','phy:/b,sda,r','phy:/d,xvdaa,r']\n"));
	CHECK(read_file(HVM "disk=['file:/c,hdc:cdrom,r']\n"));
	check_error(HVM "vif=['type=isa']\n",
		    "xm: f:4: vif: 'type=isa': 'isa' is not a good value for type; it is vif, or for HVM guests ioemu\n");
}

static void what_is_ignored(void)
{
	CHECK(read_file(HVM "bootloader='pygrub'\ndevice_model='/opt/qemu'\nvncviewer=0\n"));
	CHECK_STR(said,
		  "xm: f:5: warning: device_model: obsolete, and ignored; device_model_override = \"/opt/qemu\" has it used\n"
		  "xm: f:4: warning: bootloader: ignored: an HVM guest boots from its own disks\n");
	/* Of other guests libxl's structure has no such members. */
	CHECK(read_file(MINIMAL "vnc=1\nsdl=0\nboot='c'\nserial='pty'\ndevice_model='/q'\n"));
	CHECK_STR(said,
		  "xm: f:3: warning: vnc: ignored: it is for HVM guests\n"
		  "xm: f:4: warning: sdl: ignored: it is for HVM guests\n"
		  "xm: f:5: warning: boot: ignored: it is for HVM guests\n"
		  "xm: f:6: warning: serial: ignored: it is for HVM guests\n"
		  "xm: f:7: warning: device_model: ignored: it is for HVM guests\n");
	CHECK(!strstr(text, "vnc") && !strstr(text, "\nboot") && !strstr(text, "serial"));
}

/* What goes out by the emulated twin passes no rules. */
static void antispoof_has_no_way_around_it(void)
{
	CHECK(read_file(HVM "vif=['antispoof=1','type=vif','']\n"));
	CHECK_STR(said, "xm: f:4: warning: vif: antispoof cannot guard an emulated interface; using type=vif, for which the guest needs a PV driver\n");
	CHECK_INT(cfg.dc.nics[0].nictype, LIBXL_NIC_TYPE_VIF);
	CHECK_INT(cfg.dc.nics[2].nictype, LIBXL_NIC_TYPE_UNKNOWN);
	CHECK(read_file(HVM "antispoof=1\nvif=['type=vif']\n"));
	CHECK_STR(said, "");
	check_error(HVM "vif=['type=ioemu,antispoof=1']\n",
		    "xm: f:4: vif: type=ioemu: antispoof cannot guard an emulated interface; write type=vif or antispoof=0\n");
	/* A PV guest's interface is one, whatever an old file calls it. */
	CHECK(read_file(MINIMAL "vif=['type=ioemu,antispoof=1']\n"));
	CHECK_INT(cfg.dc.nics[0].nictype, LIBXL_NIC_TYPE_VIF);
}

int main(void)
{
	RUN(xen40_file_warnings);
	RUN(xen40_file_settings);
	RUN(todays_file);
	RUN(wrong_values);
	RUN(what_is_ignored);
	RUN(antispoof_has_no_way_around_it);
	forget();
	return check_done();
}
