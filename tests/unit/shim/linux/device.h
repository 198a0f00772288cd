/* SPDX-License-Identifier: GPL-2.0-only */
/* A device, and as much of its bus as restores it and finds a driver. */
#ifndef SHIM_LINUX_DEVICE_H
#define SHIM_LINUX_DEVICE_H

#include <assert.h>
#include <linux/types.h>

struct device;

struct dev_pm_ops {
	int (*restore)(struct device *dev);
};

struct bus_type {
	const struct dev_pm_ops *pm;
};

struct device {
	const struct bus_type *bus;
	const void *driver;
	bool locked;
	int warnings;
	int references;
	int reprobed;
};

static inline struct device *get_device(struct device *dev)
{
	dev->references++;
	return dev;
}

static inline void put_device(struct device *dev)
{
	assert(dev->references > 0);
	dev->references--;
}

static inline int device_reprobe(struct device *dev)
{
	dev->reprobed++;
	return 0;
}

static inline bool device_trylock(struct device *dev)
{
	bool was = dev->locked;

	dev->locked = true;
	return !was;
}

static inline void device_unlock(struct device *dev)
{
	assert(dev->locked);
	dev->locked = false;
}

#define dev_info(_dev, _format, ...)	((void)(_dev))
#define dev_err(_dev, _format, ...)	((void)(_dev))
void __attribute__((format(printf, 2, 3)))
dev_warn(struct device *dev, const char *format, ...);

#endif /* SHIM_LINUX_DEVICE_H */
