/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a backend's device goes when its frontend has. Floor F4, above xenbus. Called by
 * the main.c of a backend.
 */
#ifndef XENIFY_GONE_H
#define XENIFY_GONE_H

#include <linux/device.h>
#include <xen/xenbus.h>

/**
 * xen_gone_unregister - a device is over (xen_peer_is_over())
 * @dev: the device; the caller holds no lock
 *
 * Who unbinds or unloads the driver has the device's lock and waits for xenwatch,
 * which is where we are: if we waited for the lock, nothing of xenbus would ever move
 * again. The device is left to him, then, and goes with its directory, which the
 * host's tools remove; nor may it go in a work, as the bus, in xenwatch, could remove it
 * at the same time.
 *
 * Context: xenwatch; may sleep. Return: whether it went, and is not to be touched any
 * more; false if somebody is unbinding the driver.
 */
static inline bool xen_gone_unregister(struct xenbus_device *dev)
{
	if (!device_trylock(&dev->dev))
		return false;
	device_unlock(&dev->dev);
	device_unregister(&dev->dev);
	return true;
}

#endif /* XENIFY_GONE_H */
