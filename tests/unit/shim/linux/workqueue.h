/* SPDX-License-Identifier: GPL-2.0-only */
/* Work that is queued, with its delay, and runs when the test says so. */
#ifndef SHIM_LINUX_WORKQUEUE_H
#define SHIM_LINUX_WORKQUEUE_H

#include <linux/jiffies.h>
#include <linux/kernel.h>

#define SHIM_NOT_QUEUED	-1

struct work_struct {
	void (*run)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	long delay;
};

struct workqueue_struct;

#define system_freezable_wq	NULL
#define WQ_UNBOUND	0
#define WQ_FREEZABLE	0
#define WQ_MEM_RECLAIM	1

/* The last one that was queued; and the flags of the last queue that was made. */
extern struct work_struct *shim_work;
extern int shim_workqueue_flags;

#define INIT_WORK(_work, _run)	((_work)->run = (_run))

static inline struct workqueue_struct *alloc_workqueue(const char *name,
						       int flags, int active)
{
	shim_workqueue_flags = flags;
	return (struct workqueue_struct *)name;
}

static inline void destroy_workqueue(struct workqueue_struct *queue)
{
}

static inline void queue_work(struct workqueue_struct *queue,
			      struct work_struct *work)
{
	shim_work = work;
}

#define INIT_DELAYED_WORK(_work, _run) do {				\
	(_work)->work.run = (_run);					\
	(_work)->delay = SHIM_NOT_QUEUED;				\
} while (0)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

static inline void mod_delayed_work(void *queue, struct delayed_work *work,
				    long delay)
{
	work->delay = delay;
}

static inline void queue_delayed_work(void *queue, struct delayed_work *work,
				      long delay)
{
	if (work->delay == SHIM_NOT_QUEUED)
		work->delay = delay;
}

static inline void cancel_delayed_work_sync(struct delayed_work *work)
{
	work->delay = SHIM_NOT_QUEUED;
}

#endif /* SHIM_LINUX_WORKQUEUE_H */
