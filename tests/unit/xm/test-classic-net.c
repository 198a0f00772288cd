// SPDX-License-Identifier: GPL-2.0-or-later
/* Xen 2.0's keys for network and NFS root: the command line that they become. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "read.h"

static bool read_file(const char *file)
{
	return read_config(file, NULL, 0);
}

static void check_line(const char *file, const char *want)
{
	if (!CHECK(read_file(file)))
		printf("%s", said);
	CHECK_STR(cfg.dc.b_info.cmdline, want);
}

static void check_error(const char *file, const char *want)
{
	CHECK(!read_file(file));
	CHECK_STR(said, want);
}

/* The file that Xen 2.0 gave as an example for a root on NFS. */
static void nfs_root_of_xen20(void)
{
	check_line(MINIMAL
		   "vif=['mac=aa:00:00:00:00:11, bridge=xen-br0']\n"
		   "ip='10.77.0.5'\n"
		   "netmask='255.255.255.0'\n"
		   "gateway='10.77.0.1'\n"
		   "hostname='vm1'\n"
		   "root='/dev/nfs'\n"
		   "nfs_server='10.77.0.1'\n"
		   "nfs_root='/full/path/to/root'\n"
		   "extra='4'\n",
		   "ip=10.77.0.5:10.77.0.1:10.77.0.1:255.255.255.0:vm1:eth0:off nfsroot=10.77.0.1:/full/path/to/root root=/dev/nfs 4");
#define IP "obsolete; using 'ip=10.77.0.5:10.77.0.1:10.77.0.1:255.255.255.0:vm1:eth0:off' on the kernel's command line\n"
#define NFS "obsolete; using 'nfsroot=10.77.0.1:/full/path/to/root' on the kernel's command line\n"
	CHECK_STR(said,
		  "xm: f:4: warning: ip: " IP "xm: f:5: warning: netmask: " IP
		  "xm: f:6: warning: gateway: " IP
		  "xm: f:7: warning: hostname: " IP
		  "xm: f:9: warning: nfs_server: " NFS
		  "xm: f:10: warning: nfs_root: " NFS);
}

static void root_is_nfs_where_nothing_else_is(void)
{
	check_line(MINIMAL "dhcp='dhcp'\nnfs_server='1.2.3.4'\nnfs_root='/r'",
		   "ip=:1.2.3.4::::eth0:dhcp root=/dev/nfs nfsroot=1.2.3.4:/r");
	check_line(MINIMAL "dhcp='dhcp'\nnfs_root='/r,vers=3'",
		   "ip=dhcp root=/dev/nfs nfsroot=/r,vers=3");
	CHECK(read_file(MINIMAL "dhcp='dhcp'\nnfs_root='/r'\nroot='/dev/sda1 ro'"));
	CHECK_STR(cfg.dc.b_info.cmdline, "ip=dhcp nfsroot=/r root=/dev/sda1 ro");
	CHECK(strstr(said, "root: '/dev/sda1 ro' is the guest's root, not nfs_root"));
	CHECK(read_file(MINIMAL "dhcp='dhcp'\nnfs_root='/r'\nroot='/dev/nfs rw'"));
	CHECK(!strstr(said, "not nfs_root"));
	check_line(MINIMAL "dhcp='dhcp'\nnfs_root='/r'\nextra='x root=/dev/xvda'",
		   "ip=dhcp nfsroot=/r x root=/dev/xvda");
	check_line(MINIMAL "dhcp='dhcp'\nnfs_root='/r'\ncmdline='quiet'\nroot='/dev/sda1'",
		   "ip=dhcp root=/dev/nfs nfsroot=/r quiet");
}

static void addresses(void)
{
	check_line(MINIMAL "dhcp='dhcp'\nroot='/dev/nfs'", "ip=dhcp root=/dev/nfs");
	check_line(MINIMAL "dhcp='both'\nroot='/dev/nfs'", "ip=both root=/dev/nfs");
	check_line(MINIMAL "dhcp='dhcp'\nhostname='h'\ninterface='eth1'\nroot='/dev/nfs'",
		   "ip=::::h:eth1:dhcp root=/dev/nfs");
	/* As xen-tools writes it: the kernel does not wait for an answer. */
	check_line(MINIMAL "dhcp='dhcp'\nroot='/dev/xvda1 ro'", "root=/dev/xvda1 ro");
	CHECK_STR(said, "xm: f:3: warning: dhcp: obsolete; ignored, because the root is not on NFS; write extra = \"ip=dhcp\" if the guest's kernel is to ask\n");
	check_line(MINIMAL "dhcp='dhcp'\nip='10.0.0.2'", "ip=10.0.0.2:::::eth0:off");
	check_line(MINIMAL "dhcp='off'\nip='10.0.0.2'",
		   "ip=10.0.0.2:::::eth0:off");
	check_line(MINIMAL "ip='10.0.0.2'\nnetmask='255.0.0.0'\n"
		   "gateway='10.0.0.1'\nhostname='h'\nextra='ro'",
		   "ip=10.0.0.2::10.0.0.1:255.0.0.0:h:eth0:off ro");
	check_line(MINIMAL "hostname='h'", "ip=::::h:eth0:off");
	check_line(MINIMAL "ip='10.0.0.2'\ncmdline='root=/dev/xvda ip=dhcp'",
		   "ip=10.0.0.2:::::eth0:off root=/dev/xvda ip=dhcp");
}

static void of_no_use(void)
{
	check_line(MINIMAL "gateway='10.0.0.1'\ndhcp='off'\nip=''", NULL);
	CHECK_STR(said,
		  "xm: f:3: warning: gateway: obsolete; ignored, because neither ip nor dhcp is set\n"
		  "xm: f:4: warning: dhcp: obsolete; ignored, because it is off as it is\n"
		  "xm: f:5: warning: ip: obsolete; it is empty, which changes nothing\n");
	check_line(MINIMAL "nfs_server='10.0.0.1'", NULL);
	CHECK_STR(said, "xm: f:3: warning: nfs_server: obsolete; ignored, because nfs_root is not set\n");
	CHECK(read_file(MINIMAL "nfs_server='10.0.0.1'\nnfs_root='/r'"));
	CHECK(strstr(said, "the guest has no address to reach it from"));
	CHECK(read_file(MINIMAL "nfs_server='10.0.0.1'\nnfs_root='/r'\nextra='ip=dhcp'"));
	CHECK(!strstr(said, "no address"));
	CHECK(read_file(MINIMAL "nfs_server='10.0.0.1'\nnfs_root='/r'\nextra='xip=dhcp'"));
	CHECK(strstr(said, "no address"));
}

static void wrong_values(void)
{
	check_error(MINIMAL "ip='host'",
		    "xm: f:3: ip: 'host' is not an IPv4 address; the guest's kernel takes no other, and no name\n");
	check_error(MINIMAL "ip='10.0.0.2'\nnetmask='24'",
		    "xm: f:3: warning: ip: obsolete; using 'ip=10.0.0.2:::24::eth0:off' on the kernel's command line\n"
		    "xm: f:4: netmask: '24' is not an IPv4 address; the guest's kernel takes no other, and no name\n");
	check_error(MINIMAL "gateway='fe80::1'",
		    "xm: f:3: gateway: 'fe80::1' is not an IPv4 address; the guest's kernel takes no other, and no name\n");
	check_error(MINIMAL "nfs_server='nas'",
		    "xm: f:3: nfs_server: 'nas' is not an IPv4 address; the guest's kernel takes no other, and no name\n");
	check_error(MINIMAL "hostname='a:b'",
		    "xm: f:3: hostname: 'a:b' may have no colon and no white space\n");
	check_error(MINIMAL "interface='eth0 x'",
		    "xm: f:3: interface: 'eth0 x' may have no colon and no white space\n");
	check_error(MINIMAL "dhcp='please'",
		    "xm: f:3: dhcp: 'please' is not one of dhcp, bootp, rarp, both, any, off\n");
	check_error(MINIMAL "nfs_root='r'\ndhcp='dhcp'",
		    "xm: f:3: nfs_root: 'r' is not an absolute path without white space\n");
	check_error(MINIMAL "nfs_root='/r'\nip='10.0.0.2'",
		    "xm: f:3: nfs_root: nfs_server is not set; add a line nfs_server = \"...\" with its address\n");
	check_error(MINIMAL "ip=['a']",
		    "xm: f:3: ip: must be a string, not a list\n");
}

int main(void)
{
	RUN(nfs_root_of_xen20);
	RUN(root_is_nfs_where_nothing_else_is);
	RUN(addresses);
	RUN(of_no_use);
	RUN(wrong_values);
	forget();
	return check_done();
}
