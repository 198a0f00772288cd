// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The buttons of a guest's board, for one that does not listen: an HVM guest without PV
 * drivers hears nothing else. Called by down.c and cmd-trigger.c.
 */
#include <xenctrl.h>

#include "button.h"

static libxl_domain_type type_of(struct xm_host *host, uint32_t domid)
{
	libxl_domain_type type = LIBXL_DOMAIN_TYPE_INVALID;
	libxl_dominfo info;

	libxl_dominfo_init(&info);
	if (!libxl_domain_info(host->ctx, &info, domid))
		type = info.domain_type;
	libxl_dominfo_dispose(&info);
	return type;
}

/*
 * What QEMU does when a guest presses it: the guest ends as one that reboots. Xen has no such
 * trigger, and QEMU's own command for it resets its devices and leaves the CPUs alone.
 */
static int button_reset(struct xm_host *host, uint32_t domid)
{
	xc_interface *xch = xc_interface_open((xentoollog_logger *)host->log, NULL, 0);
	int rc = xch && !xc_domain_shutdown(xch, domid, SHUTDOWN_reboot) ? 0 : ERROR_FAIL;

	if (xch)
		xc_interface_close(xch);
	return rc;
}

/**
 * xm_button_press() - press one
 * @host: open connection
 * @domid: the guest
 * @button: which; an NMI is one, too
 * @vcpu: the virtual CPU that an NMI is for
 *
 * Return: 0, or libxl's error.
 */
int xm_button_press(struct xm_host *host, uint32_t domid, libxl_trigger button, uint32_t vcpu)
{
	if (button == LIBXL_TRIGGER_RESET && type_of(host, domid) == LIBXL_DOMAIN_TYPE_HVM)
		return button_reset(host, domid);
	return libxl_send_trigger(host->ctx, domid, button, vcpu, NULL);
}
