// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a context switch tells Xen: the less, the better.
 *
 * The stack on which a task enters the kernel, and the bases that FS and GS have in its user mode,
 * are Xen's to set, by a hypercall each. To ask for the base of GS is a trap which Xen emulates,
 * and costs more than all of these. User mode may change both at any time, if CR4.FSGSBASE gives
 * it the instructions for that; hardly any program uses them. So the bit is off until a process
 * has used one, which is an invalid opcode then, and it is on for that process from there on, and
 * for those it forks. While it is off, a base is what the kernel set last, unless there is a
 * selector, which brings one along.
 *
 * A null selector that was loaded over a base may have cleared it without anyone's notice. So
 * what the processor has is known less well than what the kernel believes that a task has, and
 * a base is left as it is in two cases only: the task has run nowhere else since, so that it
 * finds what it has left, or the processor is known to have it.
 *
 * A kernel thread has no user mode. It leaves all of this as the task before it had it, and most
 * switches are between a user's task and the idle one, or between that and a kernel thread: an
 * I/O that wakes a backend is two of them.
 *
 * Floor F1. xen_start_kernel() calls it when the other operations are in place, and __switch_to()
 * by the hooks of switch.h.
 */
#include <linux/init.h>
#include <linux/kdebug.h>
#include <linux/kstrtox.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/asm.h>
#include <asm/fsgsbase.h>
#include <asm/paravirt.h>
#include <asm/tlbflush.h>
#include <asm/trapnr.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/version.h>
#include <xen/xen.h>

#include "switch.h"

/* Of Xen, as it tells its version. */
#define LAZY_SINCE	(4 << 16 | 15)

/* Of mm->context.flags, which a fork copies and an exec begins anew: it uses the instructions. */
#define SWITCH_USES_INSNS	63

/**
 * struct switch_left - what the last task with a user mode has left on a CPU
 * @task: which it was, or NULL if that is no help: nothing is known, it runs, or a tracer may
 *	  give it bases now
 * @since: when it began: another task may be at its address later
 * @switches: how often it had been switched away from: it may have run elsewhere since, and
 *	      come to the same base there
 * @fs_base: as the kernel knows it
 * @gs_base: likewise
 * @fs_exact: @fs_base is what the processor has, so it will do for any task
 * @gs_exact: likewise
 * @doubt: see &struct switch_state
 */
struct switch_left {
	const struct task_struct *task;
	u64 since;
	unsigned long switches;
	unsigned long fs_base;
	unsigned long gs_base;
	bool fs_exact;
	bool gs_exact;
	bool doubt;
};

/**
 * struct switch_state - what Xen was told for a CPU
 * @stack: on which its user mode enters the kernel
 * @insns: whether CR4.FSGSBASE is on
 * @doubt: the task that runs has had descriptors of its own, whose bases a null selector does
 *	   not clear on some processors
 * @left: the bases in user mode
 *
 * Xen keeps all of it while a CPU is offline, and in a saved domain's image, if it is online then.
 */
struct switch_state {
	unsigned long stack;
	bool insns;
	bool doubt;
	struct switch_left left;
};

static DEFINE_PER_CPU(struct switch_state, state);

/* The operations that talk to Xen. */
static struct pv_cpu_ops xen __ro_after_init;

/* Whether CR4.FSGSBASE is off until a process wants it, and not on for all. */
static bool lazy __ro_after_init = true;

static int __init xen_switch_parse_lazy(char *value)
{
	return value ? kstrtobool(value, &lazy) : -EINVAL;
}

early_param("xen_lazy_fsgsbase", xen_switch_parse_lazy);

/* __switch_to() calls it when current is the next task, and with interrupts off. */
static void xen_switch_load_sp0(unsigned long stack)
{
	if (current->flags & PF_KTHREAD || this_cpu_read(state.stack) == stack)
		return;
	this_cpu_write(state.stack, stack);
	xen.load_sp0(stack);
}

/* The kernel takes CR4.FSGSBASE for a bit that is always on. */
static void xen_switch_write_cr4(unsigned long value)
{
	xen.write_cr4(this_cpu_read(state.insns) ? value : value & ~X86_CR4_FSGSBASE);
}

/* Interrupts are off. */
static void xen_switch_allow_insns(bool insns)
{
	if (this_cpu_read(state.insns) == insns)
		return;
	this_cpu_write(state.insns, insns);
	xen_switch_write_cr4(cr4_read_shadow());
}

/* One that may be in user mode, or come to it by an exec. */
static bool xen_switch_is_users(const struct task_struct *task)
{
	return !(task->flags & (PF_KTHREAD | PF_USER_WORKER));
}

/**
 * xen_switch_save_bases - learn the bases of the current task
 * @task: the current one, whose thread.fsindex and thread.gsindex are the processor's
 *
 * Context: __switch_to() and fork; interrupts are off.
 */
void xen_switch_save_bases(struct task_struct *task)
{
	bool insns = this_cpu_read(state.insns);

	if (!xen_switch_is_users(task))
		return;
	if (insns)
		task->thread.fsbase = rdfsbase();
	else if (task->thread.fsindex)
		rdmsrl(MSR_FS_BASE, task->thread.fsbase);
	if (insns || task->thread.gsindex)
		rdmsrl(MSR_KERNEL_GS_BASE, task->thread.gsbase);
}

/**
 * xen_switch_doubt - the task that runs has descriptors of its own
 *
 * Context: interrupts are off, or it is not preempted.
 */
void xen_switch_doubt(void)
{
	this_cpu_write(state.doubt, true);
}

/*
 * Of a base that the kernel has set, selectors make 0 or that of a descriptor. So one of 0 is
 * one to the processor, too, if there are no descriptors but the kernel's. In an exec the
 * kernel's idea of it is cleared before the processor's.
 */
static bool xen_switch_is_exact(const struct task_struct *task, unsigned short selector,
				unsigned long base)
{
	return this_cpu_read(state.insns) ||
	       (!selector && !base && !task->in_execve && !this_cpu_read(state.doubt));
}

static unsigned long xen_switch_count(const struct task_struct *task)
{
	return task->nvcsw + task->nivcsw;
}

static void xen_switch_leave(struct switch_left *left, const struct task_struct *task)
{
	const struct thread_struct *had = &task->thread;

	*left = (struct switch_left) {
		.task = task->ptrace ? NULL : task,
		.since = task->start_time,
		.switches = xen_switch_count(task),
		.fs_base = had->fsbase,
		.gs_base = had->gsbase,
		.fs_exact = xen_switch_is_exact(task, had->fsindex, had->fsbase),
		.gs_exact = xen_switch_is_exact(task, had->gsindex, had->gsbase),
		.doubt = this_cpu_read(state.doubt),
	};
}

/* It has run nowhere else, and nobody has given it other bases. */
static bool xen_switch_is_back(const struct switch_left *left, const struct task_struct *task)
{
	return left->task == task && left->since == task->start_time &&
	       left->switches == xen_switch_count(task);
}

static bool xen_switch_has_descriptors(const struct task_struct *task)
{
#ifdef CONFIG_MODIFY_LDT_SYSCALL
	if (task->mm && READ_ONCE(task->mm->context.ldt))
		return true;
#endif
	return memchr_inv(task->thread.tls_array, 0, sizeof(task->thread.tls_array));
}

static void xen_switch_set_base(unsigned int segment, unsigned long base)
{
	int err = HYPERVISOR_set_segment_base(segment, base);

	WARN(err, "Xen does not set segment base %u to %lx: error %d\n", segment, base, err);
}

static void xen_switch_set_bases(const struct switch_left *left,
				 const struct task_struct *task)
{
	bool same = xen_switch_is_back(left, task);

	this_cpu_write(state.doubt, (same && left->doubt) || xen_switch_has_descriptors(task));
	if (left->fs_base == task->thread.fsbase && (same || left->fs_exact))
		;
	else if (this_cpu_read(state.insns))
		wrfsbase(task->thread.fsbase);
	else
		xen_switch_set_base(SEGBASE_FS, task->thread.fsbase);

	if (left->gs_base != task->thread.gsbase || !(same || left->gs_exact))
		xen_switch_set_base(SEGBASE_GS_USER, task->thread.gsbase);
}

/**
 * xen_switch_load_bases - give a task the bases that it has
 * @last: what the processor has, and xen_switch_save_bases() was called for
 * @next: who has its selectors already
 *
 * Context: __switch_to(); interrupts are off.
 */
void xen_switch_load_bases(const struct task_struct *last, const struct task_struct *next)
{
	struct switch_left *left = this_cpu_ptr(&state.left);
	const struct thread_struct *had = &last->thread;
	const struct thread_struct *has = &next->thread;

	if (xen_switch_is_users(last))
		xen_switch_leave(left, last);
	/* Selectors were loaded, and bases with them; deactivate_mm() of who ends does that, too. */
	if (had->fsindex | had->gsindex | has->fsindex | has->gsindex ||
	    last->flags & PF_EXITING)
		*left = (struct switch_left) { };
	if (!xen_switch_is_users(next))
		return;
	if (next->mm)
		xen_switch_allow_insns(!lazy ||
				       test_bit(SWITCH_USES_INSNS, &next->mm->context.flags));
	xen_switch_set_bases(left, next);
	*left = (struct switch_left) { };
}

/*
 * The first use of an instruction. Which it was does not matter: what is invalid with the bit on,
 * too, comes back. The kernel may use one for itself, where no hook is.
 */
static int xen_switch_invalid_op(struct notifier_block *unused, unsigned long event, void *data)
{
	const struct die_args *trap = data;

	if (event != DIE_TRAP || trap->trapnr != X86_TRAP_UD || !any_64bit_mode(trap->regs) ||
	    this_cpu_read(state.insns))
		return NOTIFY_DONE;
	if (user_mode(trap->regs))
		set_bit(SWITCH_USES_INSNS, &current->mm->context.flags);
	xen_switch_allow_insns(true);
	return NOTIFY_STOP;
}

static struct notifier_block switch_invalid_op = {
	.notifier_call = xen_switch_invalid_op,
};

/*
 * Before 4.15 Xen gives a CPU that it has interrupted the bases that it was told last, not those
 * that it had. And user mode may have the instructions all the same, before the fix of XSA-293.
 */
static bool __init xen_switch_may_be_lazy(void)
{
	unsigned int version = HYPERVISOR_xen_version(XENVER_version, NULL);
	unsigned long base;
	int err = 0;

	asm volatile("1: rdgsbase %[base]\n"
		     "2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_EFAULT_REG, %[err])
		     : [base] "=r" (base), [err] "+r" (err));
	return err && version >= LAZY_SINCE;
}

/* Before there is a user's task. */
static int __init xen_switch_be_lazy(void)
{
	if (!xen_pv_domain() || !boot_cpu_has(X86_FEATURE_FSGSBASE))
		return 0;
	/* Where the kernel found the bit on, it has not written it. */
	xen_switch_write_cr4(cr4_read_shadow());
	lazy = lazy && xen_switch_may_be_lazy();
	return register_die_notifier(&switch_invalid_op);
}

early_initcall(xen_switch_be_lazy);

/**
 * xen_switch_forget - Xen has other values than it was told
 * @cpu: that doesn't run, and will write its CR4 before anything else
 */
void xen_switch_forget(unsigned int cpu)
{
	per_cpu(state, cpu) = (struct switch_state) { };
}

/**
 * xen_switch_init - put this file between context switches and Xen
 *
 * Context: first thing after the operations that talk to Xen are set.
 */
void __init xen_switch_init(void)
{
	xen = pv_ops.cpu;
	pv_ops.cpu.load_sp0 = xen_switch_load_sp0;
	pv_ops.cpu.write_cr4 = xen_switch_write_cr4;
}
