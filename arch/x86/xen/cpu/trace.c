// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events of trace/events/xen.h, whose text has a hypercall's name besides its number.
 * Floor F1.
 */
#include <linux/ftrace.h>

#include <xen/interface/xen.h>
#include <xen/interface/xen-mca.h>

#define HYPERCALL(call)	\
	[__HYPERVISOR_##call] = "(" #call ")",
static const char * const hypercall_names[] = {
#include <asm/xen-hypercalls.h>
};

#undef HYPERCALL

static const char *xen_hypercall_name(unsigned int number)
{
	if (number < ARRAY_SIZE(hypercall_names) && hypercall_names[number])
		return hypercall_names[number];
	return "";
}

#define CREATE_TRACE_POINTS
#include <trace/events/xen.h>
