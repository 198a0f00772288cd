/* SPDX-License-Identifier: GPL-2.0-only */
/* Barriers between domains, as fences between threads. */
#ifndef SHIM_ASM_BARRIER_H
#define SHIM_ASM_BARRIER_H

#include <stdatomic.h>

#define virt_mb()	atomic_thread_fence(memory_order_seq_cst)
#define virt_rmb()	atomic_thread_fence(memory_order_acquire)
#define virt_wmb()	atomic_thread_fence(memory_order_release)

#endif /* SHIM_ASM_BARRIER_H */
