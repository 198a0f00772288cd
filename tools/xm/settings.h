/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this host's administrator chose in /etc/xen/xl.conf and xend's files. */
#ifndef XM_SETTINGS_H
#define XM_SETTINGS_H

#include <libxl.h>
#include <stdbool.h>

enum xm_autoballoon { XM_BALLOON_AUTO, XM_BALLOON_ON, XM_BALLOON_OFF };

/**
 * struct xm_settings - host-wide settings, shared with xl
 * @autoballoon: may Dom0 give memory up for a new guest?
 * @claim: reserve a guest's memory before it is built
 * @hotplug: libxl runs the hotplug scripts (else udev does)
 * @lockfile: held while a guest is made, by xl as well
 * @bridge: for vifs that name none, NULL: xenbr0
 * @vif_script: for vifs that name none, NULL: vif-bridge
 * @vif_backend: for vifs that name none, NULL: domain 0
 * @gatewaydev: for vifs that name none
 * @blkdev_start: for guests with a bootloader
 * @grant_frames: for guests that say nothing, as @maptrack_frames; without a
 *                setting libxl's preset
 * @maptrack_frames: the same
 * @antispoof: vifs drop forged frames unless their guest's file says otherwise
 * @broken: xend's files have an error, and what they protect is not known
 */
struct xm_settings {
	enum xm_autoballoon autoballoon;
	bool claim;
	bool hotplug;
	char *lockfile;
	char *bridge;
	char *vif_script;
	char *vif_backend;
	char *gatewaydev;
	char *blkdev_start;
	uint32_t grant_frames;
	uint32_t maptrack_frames;
	bool antispoof;
	bool broken;
};

void xm_settings_read(struct xm_settings *set);
void xm_settings_free(struct xm_settings *set);
int xm_settings_guard(bool *on);
int xm_settings_apply(const struct xm_settings *set,
		      libxl_domain_config *dc);
int xm_settings_apply_nic(const struct xm_settings *set,
			  libxl_device_nic *nic);

#endif /* XM_SETTINGS_H */
