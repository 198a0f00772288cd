/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads and writes of shared memory, and what the compiler is told. */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

#include <linux/types.h>

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define fallthrough		__attribute__((fallthrough))
#define noinline		__attribute__((noinline))
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))

/*
 * Every read of shared memory goes through one function: a test can look on
 * (shim_on_read), change the memory between two reads, and poison it for all
 * other reads.
 */
extern void (*shim_on_read)(const volatile void *from, size_t len);
void shim_read_once(void *to, const volatile void *from, size_t len);

#define READ_ONCE(x) ({							\
	union { typeof(x) value; char bytes[1]; } once_;		\
	shim_read_once(once_.bytes, &(x), sizeof(x));			\
	once_.value; })
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))

#endif /* SHIM_LINUX_COMPILER_H */
