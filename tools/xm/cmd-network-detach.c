// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm network-detach: takes an interface away from a guest, by its number or its
 * MAC address, and waits until Dom0's end of it is gone, too. The guest is asked
 * first, and has some seconds; -f does not ask.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xenstore.h>

#include "mac.h"
#include "nicstore.h"
#include "reattach.h"

#define WAIT_SECONDS 10

static char *interface_name(uint32_t domid, const libxl_device_nic *nic)
{
	struct xs_handle *xs;
	char *name = NULL;

	if (nic->ifname)
		return xm_strdup(nic->ifname);
	xs = xs_open(0);
	if (xs) {
		name = xm_nic_vifname(xs, domid, nic->devid);
		xs_close(xs);
	}
	return name ? name : xm_asprintf("vif%u.%d", domid, nic->devid);
}

/* libxl waits for xenstore; the kernel removes the interface after that. */
static int wait_gone(const char *arg, const char *name,
		     const libxl_device_nic *nic)
{
	static const struct timespec nap = { .tv_nsec = 50000000 };
	long end = xm_clock() + WAIT_SECONDS;
	char *path;
	int ret = XM_OK;

	if (nic->backend_domid)
		return XM_OK;	/* in another domain: not to be seen here */
	path = xm_asprintf("/sys/class/net/%s", name);
	while (!ret && !access(path, F_OK)) {
		if (xm_clock() >= end)
			ret = XM_TIMEOUT;
		nanosleep(&nap, NULL);
	}
	if (ret)
		xm_error(arg, "interface %d is detached, but after %d s %s is still there; 'dmesg' may say why",
			 nic->devid, WAIT_SECONDS, name);
	free(path);
	return ret;
}

static int detach(struct xm_host *host, const char *arg, uint32_t domid,
		  const char *which, bool force)
{
	int n = 0, ret;
	libxl_device_nic *list = libxl_device_nic_list(host->ctx, domid, &n);
	libxl_device_nic *nic = xm_nic_find(list, n, which);
	/* Xenstore forgets it. */
	char *name = nic ? interface_name(domid, nic) : NULL;

	if (!nic)
		ret = xm_no_nic(arg, which);
	else if (force ? libxl_device_nic_destroy(host->ctx, domid, nic, NULL) :
		 libxl_device_nic_remove(host->ctx, domid, nic, NULL))
		ret = xm_libxl_failed(host, arg, "the interface could not be taken away");
	else
		ret = wait_gone(arg, name, nic);
	free(name);
	libxl_device_nic_list_free(list, n);
	return ret;
}

int cmd_network_detach(int argc, char **argv)
{
	return xm_verb_detach(argc, argv, "needs a domain and an interface", detach);
}
