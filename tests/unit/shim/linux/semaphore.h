/* SPDX-License-Identifier: GPL-2.0-only */
/* A semaphore that is never waited for; how many are held is counted, over all of them. */
#ifndef SHIM_LINUX_SEMAPHORE_H
#define SHIM_LINUX_SEMAPHORE_H

#include <assert.h>

struct semaphore {
	int count;
};

/* How often down() was called without up(). */
extern int shim_permits;

#define DEFINE_SEMAPHORE(_name, _count) struct semaphore _name = { (_count) }

static inline void down(struct semaphore *semaphore)
{
	assert(semaphore->count > 0);
	semaphore->count--;
	shim_permits++;
}

static inline void up(struct semaphore *semaphore)
{
	assert(shim_permits > 0);
	semaphore->count++;
	shim_permits--;
}

#endif /* SHIM_LINUX_SEMAPHORE_H */
