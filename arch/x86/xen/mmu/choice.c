// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the cheap ways to change page tables are taken.
 *
 * All of them, unless the boot parameter says otherwise: xen_mmu=plain takes none, and
 * xen_mmu=NAME[,NAME...] only these. The plain ones are what the others have to be equal
 * to, and where to go back to if one is in doubt.
 *
 * Floor F1. Called at boot; the keys are read where the ways part.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <asm/xen/hypercall.h>
#include <xen/interface/version.h>

#include "cheap.h"
#include "table.h"

/* Of Xen, as it tells its version. */
#define MIRROR_SINCE	(4 << 16 | 15)

/* Entries of tables that Xen does not know of are written by stores. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_direct);
/* Entries of the process that runs are named by their address. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_here);
/* A page's copy takes its place by one update. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_cow);
/* Pages of a file that are mapped around one are mapped by one call. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_around);
/* What fork makes read-only, and what munmap empties, goes in batches. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_wrprotect);
DEFINE_STATIC_KEY_FALSE(xen_cheap_zap);
/* Upper tables are plain memory, and Xen sees mirrors of them. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_mirror);
/* L1 tables stay tables to Xen from one process to the next; with mirrors only. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_typed);
/* The protection of an entry changes without a look at its frame. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_modify);
/* A range is flushed from the TLB by one call. */
DEFINE_STATIC_KEY_FALSE(xen_cheap_flush);

struct xen_choice {
	const char *name;
	struct static_key_false *key;
};

static const struct xen_choice choices[] __initconst = {
	{ "direct", &xen_cheap_direct },
	{ "here", &xen_cheap_here },
	{ "cow", &xen_cheap_cow },
	{ "around", &xen_cheap_around },
	{ "wrprotect", &xen_cheap_wrprotect },
	{ "zap", &xen_cheap_zap },
	{ "mirror", &xen_cheap_mirror },
	{ "typed", &xen_cheap_typed },
	{ "modify", &xen_cheap_modify },
	{ "flush", &xen_cheap_flush },
};

static bool wanted[ARRAY_SIZE(choices)] __initdata = {
	[0 ... ARRAY_SIZE(choices) - 1] = true,
};

static void __init xen_choice_want(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(choices); i++)
		if (!strcmp(choices[i].name, name))
			break;
	if (i < ARRAY_SIZE(choices))
		wanted[i] = true;
	else if (strcmp(name, "plain"))
		pr_warn("xen_mmu=%s: there is no such way to change page tables\n", name);
}

static int __init xen_choice_parse(char *names)
{
	char *name;

	memset(wanted, false, sizeof(wanted));
	while ((name = strsep(&names, ",")))
		xen_choice_want(name);
	return 0;
}
early_param("xen_mmu", xen_choice_parse);

/**
 * xen_choice_apply - take the ways that are wanted
 *
 * Context: boot, before there are processes.
 */
void __init xen_choice_apply(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(choices); i++)
		if (wanted[i])
			static_branch_enable(choices[i].key);
	/* Before the fix of XSA-286 Xen flushed nothing when an entry of an upper table changed. */
	if (HYPERVISOR_xen_version(XENVER_version, NULL) < MIRROR_SINCE)
		static_branch_disable(&xen_cheap_mirror);
	if (!static_key_enabled(&xen_cheap_mirror) || !IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		static_branch_disable(&xen_cheap_typed);
	/* The old page is flushed by the update that names the entry by its address. */
	if (!static_key_enabled(&xen_cheap_here))
		static_branch_disable(&xen_cheap_cow);
}
