/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's types, in user space: see ../../Makefile. */
#ifndef SHIM_LINUX_TYPES_H
#define SHIM_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
/* As in the kernel, so that %llu fits. */
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;

typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;

typedef unsigned int gfp_t;

#define __user
#define __packed		__attribute__((packed))
#define __aligned(bytes)	__attribute__((aligned(bytes)))

#endif /* SHIM_LINUX_TYPES_H */
