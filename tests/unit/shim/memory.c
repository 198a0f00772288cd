// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the pretended kernel: allocations that can fail, and the one way
 * to read memory that is shared with a peer.
 */
#include <linux/compiler.h>
#include <linux/slab.h>

#include "shim.h"

void (*shim_on_read)(const volatile void *from, size_t len);
void *shim_peer_ring;

/* Not instrumented: it alone may read what a test has poisoned. */
static void __attribute__((no_sanitize("address", "undefined"), __noinline__))
read_once(void *to, const volatile void *from, size_t len)
{
	switch (len) {
	case 8:
		*(u64 *)to = *(const volatile u64 *)from;
		break;
	case 4:
		*(u32 *)to = *(const volatile u32 *)from;
		break;
	case 2:
		*(u16 *)to = *(const volatile u16 *)from;
		break;
	default:
		*(u8 *)to = *(const volatile u8 *)from;
		break;
	}
}

void shim_read_once(void *to, const volatile void *from, size_t len)
{
	read_once(to, from, len);
	if (shim_on_read)
		shim_on_read(from, len);
}

void *kcalloc(size_t count, size_t size, gfp_t flags)
{
	(void)flags;
	if (shim_faults.kcalloc) {
		shim_faults.kcalloc = false;
		return NULL;
	}
	return calloc(count, size);
}
