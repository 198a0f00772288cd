/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory. An allocation can be made to fail: see shim.h. */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <stdlib.h>
#include <linux/types.h>

#define GFP_KERNEL	0
#define GFP_NOIO	0
#define __GFP_HIGH	0
#define __GFP_NOFAIL	0

void *kcalloc(size_t count, size_t size, gfp_t flags);

static inline void *kvcalloc(size_t count, size_t size, gfp_t flags)
{
	return kcalloc(count, size, flags);
}

static inline void *kzalloc(size_t size, gfp_t flags)
{
	return calloc(1, size);
}

static inline void kfree(const void *memory)
{
	free((void *)memory);
}

static inline void kvfree(const void *memory)
{
	kfree(memory);
}

#endif /* SHIM_LINUX_SLAB_H */
