/* SPDX-License-Identifier: GPL-2.0-only */
/* What an allocation may do to get memory: nothing to see here. */
#ifndef SHIM_LINUX_SCHED_MM_H
#define SHIM_LINUX_SCHED_MM_H

static inline unsigned int memalloc_noio_save(void)
{
	return 0;
}

static inline void memalloc_noio_restore(unsigned int flags)
{
}

#endif /* SHIM_LINUX_SCHED_MM_H */
