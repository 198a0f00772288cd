// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that can be found missing or in use before a guest is made. libxl
 * would find it too, but half way, and with a message about itself. Called by
 * launch.c, cmd-migrate-receive.c, cmd-block-attach.c and cmd-network-attach.c, and by
 * build.c, which looks at the disks once more; changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xenstore.h>

#include "build.h"
#include "busy.h"
#include "claim.h"
#include "config.h"
#include "mac.h"
#include "nicstore.h"
#include "savedir.h"
#include "vif.h"

static int check_name(struct xm_host *host, const char *name)
{
	uint32_t domid;

	if (libxl_name_to_domid(host->ctx, name, &domid))
		return XM_OK;
	xm_error(name,
		 "the name is in use by domain %u; choose another, or 'xm destroy %s'",
		 domid, name);
	return XM_BUSY;
}

static int check_file(const char *name, const char *key, const char *path)
{
	struct stat st;

	if (!path)
		return XM_OK;
	if (stat(path, &st) && xm_starts(path, "/usr/lib/grub-xen/"))
		xm_error(name, "%s %s: %s; try 'apt install grub-xen-host'",
			 key, path, strerror(errno));
	else if (stat(path, &st))
		xm_error(name, "%s %s: %s; correct %s in the configuration",
			 key, path, strerror(errno), key);
	else if (!S_ISREG(st.st_mode))
		xm_error(name, "%s %s: not a regular file; correct %s in the configuration",
			 key, path, key);
	else if (access(path, R_OK))
		xm_error(name, "%s %s: %s", key, path, strerror(errno));
	else
		return XM_OK;
	return XM_CONFIG;
}

/* Bootloaders are looked for in Xen's own directory, too: leave those. */
static int check_bootloader(const char *name, const char *path)
{
	if (!path || *path != '/')
		return XM_OK;
	return check_file(name, "bootloader", path);
}

/* It reads the first disk, raw, as this host has it. */
static int check_bootloader_disk(const libxl_domain_config *dc)
{
	const libxl_device_disk *disk = dc->disks;
	const char *wrong = NULL;

	if (!dc->num_disks) {
		xm_error(dc->c_info.name, "bootloader %s: there is no disk to boot from; give it one, or a kernel instead",
			 dc->b_info.bootloader);
		return XM_CONFIG;
	}
	if (disk->is_cdrom)
		wrong = "is a CD-ROM";
	else if (disk->backend_domname)
		wrong = "is served by another domain";
	else if (disk->format != LIBXL_DISK_FORMAT_RAW)
		wrong = "is not raw; 'qemu-img convert -O raw' makes it so";
	else if (disk->script)
		wrong = "would have to be one of domain 0, too, for its mode w! or its script";
	if (!wrong)
		return XM_OK;
	xm_error(dc->c_info.name, "bootloader %s: disk %s, the first, %s", dc->b_info.bootloader,
		 disk->vdev, wrong);
	return XM_CONFIG;
}

static int check_script(const char *name, const char *script)
{
	char *path = xm_asprintf("%s%s", *script == '/' ? "" : XM_SCRIPTS,
				 script);
	int ret = XM_OK;

	if (access(path, X_OK)) {
		xm_error(name, "hotplug script %s: %s; install it", path,
			 strerror(errno));
		ret = XM_CONFIG;
	}
	free(path);
	return ret;
}

static char *disk_user(const struct stat *st, bool write, const char *self)
{
	struct xs_handle *xs = xs_open(0);
	char *user = xs ? xm_disk_user(xs, st, write, NULL, self) : NULL;

	if (xs)
		xs_close(xs);
	return user;
}

/*
 * The backend would find it out, too, when the guest has its disk already.
 * Return: why the disk cannot be used so, to be freed; or NULL.
 */
static char *disk_problem(const char *path, const struct stat *st, bool write)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int read_only = 0;

	if (fd < 0)
		return xm_asprintf("cannot be opened: %s", strerror(errno));
	if (S_ISBLK(st->st_mode) && ioctl(fd, BLKROGET, &read_only))
		read_only = 0;
	if (S_ISREG(st->st_mode))
		read_only = access(path, W_OK);
	close(fd);
	return write && read_only ?
		xm_strdup("is read-only; give the disk mode r") : NULL;
}

/* What one guest has saved of a disk is gone when another writes to that. */
static int check_saved(const char *subject, const libxl_device_disk *dev)
{
	const char *path;
	struct stat st;
	bool shared;
	char *saved;

	path = dev->readwrite ? xm_disk_path(dev, &shared) : NULL;
	if (!path || shared || stat(path, &st))
		return XM_OK;
	saved = xm_savedir_user(&st);
	if (!saved)
		return XM_OK;
	xm_error(subject, "disk %s: %s belongs to the guest that is saved in %s; 'xm restore' lets that go on, or remove it to lose what was in its memory",
		 dev->vdev, path, saved);
	free(saved);
	return XM_BUSY;
}

/* One that has ended, and is not there again yet: it would find its disk in use. */
static int check_restarted(const char *subject, const libxl_device_disk *dev,
			   const char *uuid)
{
	const char *path;
	struct stat st;
	bool shared;
	char *guest;

	path = xm_disk_path(dev, &shared);
	if (!path || shared || stat(path, &st))
		return XM_OK;
	guest = xm_savedir_restarted(&st, dev->readwrite, subject, uuid);
	if (!guest)
		return XM_OK;
	xm_error(subject, "disk %s: %s is to be the disk of guest %s, which is being restarted; 'xm destroy %s' calls that off, or use mode w! to share it",
		 dev->vdev, path, guest, guest);
	free(guest);
	return XM_BUSY;
}

/* Self: "/vm/UUID" of whose other self may have it; NULL: it has none. */
static int check_user(const char *subject, const libxl_device_disk *dev, const char *self)
{
	const char *path;
	struct stat st;
	bool shared;
	char *user;

	path = xm_disk_path(dev, &shared);
	if (!path || shared || dev->format == LIBXL_DISK_FORMAT_EMPTY || stat(path, &st) ||
	    (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)))
		return XM_OK;
	user = disk_user(&st, dev->readwrite, self);
	if (!user)
		return XM_OK;
	xm_error(subject,
		 "disk %s: %s is in use by %s; detach it there, or use mode w! to share it",
		 dev->vdev, path, user);
	free(user);
	return XM_BUSY;
}

/* Can anybody have it? */
static int check_disk(const char *subject, const libxl_device_disk *dev)
{
	const char *path;
	char *problem;
	struct stat st;
	bool shared;

	if (dev->script && check_script(subject, dev->script))
		return XM_CONFIG;
	path = xm_disk_path(dev, &shared);
	if (!path || !*path || dev->format == LIBXL_DISK_FORMAT_EMPTY)
		return XM_OK;
	if (stat(path, &st)) {
		xm_error(subject, "disk %s: %s: %s; create it or correct disk in the configuration",
			 dev->vdev, path, strerror(errno));
		return XM_CONFIG;
	}
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		xm_error(subject, "disk %s: %s is neither a block device nor a regular file",
			 dev->vdev, path);
		return XM_CONFIG;
	}
	problem = disk_problem(path, &st, dev->readwrite);
	if (problem) {
		xm_error(subject, "disk %s: %s %s", dev->vdev, path, problem);
		free(problem);
		return XM_CONFIG;
	}
	return XM_OK;
}

/*
 * Each is there for one of itself only, which may be about to go, or to come. Two that
 * are to be restarted don't wait for each other: the first has the disk.
 */
static int check_free(const libxl_domain_create_info *info,
		      const libxl_device_disk *dev, enum xm_origin origin)
{
	char *uuid = xm_asprintf(LIBXL_UUID_FMT, LIBXL_UUID_BYTES(info->uuid));
	char *self = origin == XM_AGAIN || origin == XM_MOVING ?
		     xm_asprintf("/vm/%s", uuid) : NULL;
	int ret = check_user(info->name, dev, self);

	if (!ret && origin != XM_AGAIN)
		ret = check_restarted(info->name, dev, uuid);
	if (!ret && (origin == XM_NEW || origin == XM_AGAIN))
		ret = check_saved(info->name, dev);
	free(self);
	free(uuid);
	return ret;
}

/**
 * xm_preflight_disks() - has nobody else a guest's disks?
 * @dc: the guest with its UUID, its disks placed
 * @origin: where it comes from
 *
 * Return: XM_OK, or %XM_BUSY after a message: then it must not have them.
 */
int xm_preflight_disks(const libxl_domain_config *dc, enum xm_origin origin)
{
	int ret = XM_OK;

	for (int i = 0; !ret && i < dc->num_disks; i++)
		ret = check_free(&dc->c_info, &dc->disks[i], origin);
	return ret;
}

/**
 * xm_preflight_disk() - can this disk be given to a guest?
 * @subject: the guest, for the message
 * @dev: the disk, placed
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_preflight_disk(const char *subject, const libxl_device_disk *dev)
{
	int ret = check_disk(subject, dev);

	if (!ret)
		ret = check_user(subject, dev, NULL);
	if (!ret)
		ret = check_restarted(subject, dev, NULL);
	return ret ? ret : check_saved(subject, dev);
}

static bool is_bridge(const char *name)
{
	char *path = xm_asprintf("/sys/class/net/%s/bridge", name);
	bool yes = !access(path, F_OK);

	free(path);
	return yes;
}

/* vif-bridge itself looks for ethN where xenbrN is asked for. */
static bool bridge_found(const char *name)
{
	char *other;
	bool yes;

	if (is_bridge(name) || !xm_starts(name, "xenbr"))
		return is_bridge(name);
	other = xm_asprintf("eth%s", name + strlen("xenbr"));
	yes = is_bridge(other);
	free(other);
	return yes;
}

static int check_mac(const char *subject, const libxl_device_nic *nic,
		     const char *self)
{
	struct xs_handle *xs = xm_mac_is_set(nic->mac) ? xs_open(0) : NULL;
	char *user = xs ? xm_mac_user(xs, nic->mac, self) : NULL;
	char mac[XM_MAC_TEXT];

	if (xs)
		xs_close(xs);
	if (!user)
		return XM_OK;
	xm_mac_format(nic->mac, mac);
	xm_error(subject, "vif %d: the MAC address %s is in use by %s; give another with mac=",
		 nic->devid, mac, user);
	free(user);
	return XM_BUSY;
}

/* Hotplug scripts would take the interface from whoever has it. */
static int check_ifname(const char *subject, const libxl_device_nic *nic)
{
	char *path;
	int ret = XM_OK;

	if (!nic->ifname)
		return XM_OK;
	path = xm_asprintf("/sys/class/net/%s", nic->ifname);
	if (!access(path, F_OK)) {
		xm_error(subject,
			 "vif %d: there is an interface %s in domain 0 already; give another name with vifname=",
			 nic->devid, nic->ifname);
		ret = XM_BUSY;
	}
	free(path);
	return ret;
}

/* Two of one guest, which are there later. */
static int check_ifnames(const char *subject, const libxl_domain_config *dc)
{
	for (int i = 1; i < dc->num_nics; i++)
		for (int j = 0; j < i; j++) {
			const char *name = dc->nics[i].ifname;

			if (!name || !dc->nics[j].ifname ||
			    strcmp(name, dc->nics[j].ifname))
				continue;
			xm_error(subject, "vif %d: vif %d is called %s, too; give another name with vifname=",
				 dc->nics[i].devid, dc->nics[j].devid, name);
			return XM_CONFIG;
		}
	return XM_OK;
}

static int check_bridge(const char *subject, const libxl_device_nic *nic)
{
	const char *bridge = nic->bridge ? nic->bridge : "xenbr0";

	if (strcmp(xm_vif_script(nic), "vif-bridge") || bridge_found(bridge))
		return XM_OK;
	xm_error(subject,
		 "vif %d: bridge %s does not exist; 'xenify-bridge %s' shows how the host can have it",
		 nic->devid, bridge, bridge);
	return XM_CONFIG;
}

static int check_nic(const char *subject, const libxl_device_nic *nic,
		     const char *self)
{
	int ret = check_mac(subject, nic, self);

	if (ret || nic->backend_domname)
		return ret;
	ret = check_ifname(subject, nic);
	if (!ret && nic->script)
		ret = check_script(subject, nic->script);
	if (!ret && xm_vif_is_guarded(nic) && !xm_program_found("nft")) {
		xm_error(subject, "vif %d: antispoof needs the program nft; try 'apt install nftables'",
			 nic->devid);
		ret = XM_CONFIG;
	}
	return ret ? ret : check_bridge(subject, nic);
}

/**
 * xm_preflight_nic() - can this interface be given to a guest?
 * @subject: the guest, for the message
 * @nic: the interface, with a number and the host's settings applied
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_preflight_nic(const char *subject, const libxl_device_nic *nic)
{
	return check_nic(subject, nic, NULL);
}

/* Where Debian's libxenlight looks for it. */
#define QEMU "/usr/libexec/xen-qemu-system-i386"

/* What an HVM guest boots from is its own disks; its board is a process of this host. */
static int check_device_model(const libxl_domain_config *dc)
{
	const char *path = getenv("XM_DEVICE_MODEL");	/* for tests */

	if (dc->b_info.device_model)
		return check_file(dc->c_info.name, "device_model_override",
				  dc->b_info.device_model);
	path = path ? path : QEMU;
	if (!access(path, X_OK))
		return XM_OK;
	xm_error(dc->c_info.name, "an HVM guest needs the program %s; try 'apt install qemu-system-xen'",
		 path);
	return XM_CONFIG;
}

static int check_boot(const libxl_domain_config *dc)
{
	const libxl_domain_build_info *b = &dc->b_info;
	const char *name = dc->c_info.name;
	int ret = check_bootloader(name, b->bootloader);

	if (!ret && dc->c_info.type == LIBXL_DOMAIN_TYPE_HVM)
		ret = check_device_model(dc);
	else if (!ret && b->bootloader)
		ret = check_bootloader_disk(dc);
	if (!ret && !b->bootloader)
		ret = check_file(name, "kernel", b->kernel);
	if (!ret && !b->bootloader)
		ret = check_file(name, "ramdisk", b->ramdisk);
	return ret;
}

/**
 * xm_preflight() - find what would make a new guest fail
 * @host: open connection
 * @dc: the guest with its UUID, its disks placed and the host's settings applied
 * @origin: where it comes from
 *
 * Return: XM_OK, or an exit code after one message.
 */
int xm_preflight(struct xm_host *host, libxl_domain_config *dc,
		 enum xm_origin origin)
{
	const char *name = dc->c_info.name;
	char *self = NULL;
	int ret = check_name(host, name);

	if (origin == XM_MOVING)
		self = xm_asprintf("/vm/" LIBXL_UUID_FMT,
				   LIBXL_UUID_BYTES(dc->c_info.uuid));
	else if (!ret)
		ret = xm_claim_alone(host, name, &dc->c_info.uuid, 0, false);
	if (!ret && origin == XM_NEW)
		ret = check_boot(dc);
	for (int i = 0; !ret && i < dc->num_disks; i++)
		ret = check_disk(name, &dc->disks[i]);
	if (!ret)
		ret = xm_preflight_disks(dc, origin);
	for (int i = 0; !ret && i < dc->num_nics; i++)
		ret = check_nic(name, &dc->nics[i], self);
	free(self);
	return ret ? ret : check_ifnames(name, dc);
}
