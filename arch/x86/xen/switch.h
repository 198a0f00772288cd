/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a context switch tells Xen. Floor F1; process_64.c of the kernel includes it behind all
 * else, by its path below the kernel source: what is said there of bases goes to switch.c.
 */
#ifndef XENIFY_SWITCH_H
#define XENIFY_SWITCH_H

#include <linux/init.h>
#include <linux/sched.h>

#include <asm/cpufeature.h>
#include <asm/fsgsbase.h>
#include <asm/msr.h>

void __init xen_switch_init(void);
void xen_switch_forget(unsigned int cpu);
void xen_switch_doubt(void);
void xen_switch_save_bases(struct task_struct *task);
void xen_switch_load_bases(const struct task_struct *last, const struct task_struct *next);

static __always_inline bool xen_hook_has_bases(void)
{
	return IS_ENABLED(CONFIG_XEN_PV) && !IS_ENABLED(CONFIG_XENIFY_UPSTREAM_ARCH) &&
	       cpu_feature_enabled(X86_FEATURE_XENPV);
}

static __always_inline bool xen_hook_save_bases(struct task_struct *task)
{
	if (!xen_hook_has_bases())
		return false;
	xen_switch_save_bases(task);
	return true;
}

static __always_inline bool xen_hook_load_bases(const struct thread_struct *last,
						const struct thread_struct *next)
{
	if (!xen_hook_has_bases())
		return false;
	xen_switch_load_bases(container_of(last, struct task_struct, thread),
			      container_of(next, struct task_struct, thread));
	return true;
}

/* The kernel's own would have the instructions on. */
static inline unsigned long xen_hook_read_fsbase(void)
{
	unsigned long base;

	if (!xen_hook_has_bases())
		return x86_fsbase_read_cpu();
	rdmsrl(MSR_FS_BASE, base);
	return base;
}

#define x86_fsbase_read_cpu xen_hook_read_fsbase

static inline void xen_hook_write_fsbase(unsigned long base)
{
	if (!xen_hook_has_bases())
		x86_fsbase_write_cpu(base);
	else
		wrmsrl(MSR_FS_BASE, base);
}

#define x86_fsbase_write_cpu xen_hook_write_fsbase

#endif /* XENIFY_SWITCH_H */
