/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where Xen enters a PV kernel, and how that returns to user mode.
 *
 * Xen enters on the task's kernel stack, with the kernel's GS, and with a frame as the CPU makes
 * one, below which stand %r11 and %rcx, the lowest. Both are taken off, and then all is as after
 * a native entry. What speculation has to be kept from, the kernel's own entries do behind that.
 *
 * cpu/idt.c and cpu/callback.c tell Xen of these. Floor F1.
 */
#include <linux/init.h>
#include <linux/linkage.h>

#include <xen/interface/xen.h>

#include <asm/asm.h>
#include <asm/errno.h>
#include <asm/segment.h>

/* This resolves against arch/x86/include. */
#include <../entry/calling.h>

#define FRAME_CS	(1 * 8)
#define FRAME_SS	(4 * 8)

/* Begins an entry: what is on the stack is the CPU's frame, then. */
.macro xen_take_frame
	UNWIND_HINT_ENTRY
	ENDBR
	popq	%rcx
	popq	%r11
.endm

/* Exceptions. */
.macro xen_trap entry
SYM_CODE_START(xen_asm_\entry)
	xen_take_frame
	jmp	asm_\entry
SYM_CODE_END(xen_asm_\entry)
_ASM_NOKPROBE(xen_asm_\entry)
.endm

	.text
#define XEN_TRAP(native, entry, ist)	xen_trap entry
#include "traps.h"

xen_trap exc_xen_unknown_trap
xen_trap exc_xen_hypervisor_callback

/* Until the kernel's own table is set. They lie at equal distances, for the one who looks one up. */
	__INIT
SYM_CODE_START(xen_early_idt_handler_array)
	vector = 0
	.rept NUM_EXCEPTION_VECTORS
	UNWIND_HINT_UNDEFINED
	ENDBR
	popq	%rcx
	popq	%r11
	jmp	early_idt_handler_array + vector * EARLY_IDT_HANDLER_SIZE
	vector = vector + 1
	.fill	xen_early_idt_handler_array + vector * XEN_EARLY_IDT_HANDLER_SIZE - ., 1, 0xcc
	.endr
SYM_CODE_END(xen_early_idt_handler_array)
	__FINIT

/*
 * System calls. What SS and CS were Xen can't know: user mode may have had others, but the
 * kernel takes these for granted.
 */
.macro xen_system_call name, cs, entry
SYM_CODE_START(\name)
	xen_take_frame
	movq	$\cs, FRAME_CS(%rsp)
	movq	$__USER_DS, FRAME_SS(%rsp)
	jmp	\entry
SYM_CODE_END(\name)
.endm

	.text
xen_system_call xen_entry_SYSCALL_64, __USER_CS, entry_SYSCALL_64_after_hwframe
#ifdef CONFIG_IA32_EMULATION
xen_system_call xen_entry_SYSCALL_compat, __USER32_CS, entry_SYSCALL_compat_after_hwframe
xen_system_call xen_entry_SYSENTER_compat, __USER32_CS, entry_SYSENTER_compat_after_hwframe
#endif

/*
 * The way back is a hypercall, with a frame of the CPU's on the stack, and below that the word
 * flags, %rcx, %r11 and %rax, which Xen loads.
 */
.macro xen_return
	pushq	$0
	pushq	%rcx
	pushq	%r11
	pushq	%rax
	movl	$__HYPERVISOR_iret, %eax
	syscall
#ifdef CONFIG_MITIGATION_SLS
	int3
#endif
.endm

#ifndef CONFIG_IA32_EMULATION
/* 32-bit user mode can't be, yet Xen has an entry for its calls. */
SYM_CODE_START(xen_entry_SYSCALL_compat)
SYM_CODE_START(xen_entry_SYSENTER_compat)
	xen_take_frame
	movq	$-ENOSYS, %rax
	xen_return
SYM_CODE_END(xen_entry_SYSENTER_compat)
SYM_CODE_END(xen_entry_SYSCALL_compat)
#endif

/* In place of IRETQ, which early_xen_iret_patch jumps over to this. */
SYM_CODE_START(xen_iret)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	xen_return
SYM_CODE_END(xen_iret)

/*
 * In place of the native return to user mode, that goes by a stack of its own: here the frame is
 * at the top of the task's stack already.
 */
SYM_CODE_START(xenpv_restore_regs_and_return_to_usermode)
	UNWIND_HINT_REGS
	POP_REGS
	STACKLEAK_ERASE_NOCLOBBER
	leaq	8(%rsp), %rsp		/* over the error code or system call number */
	jmp	xen_iret
SYM_CODE_END(xenpv_restore_regs_and_return_to_usermode)

#ifdef CONFIG_XEN_PV_SMP
/* Where a vCPU starts, on its idle task's stack. */
SYM_CODE_START(asm_cpu_bringup_and_idle)
	UNWIND_HINT_END_OF_STACK
	ENDBR
	call	cpu_bringup_and_idle
SYM_CODE_END(asm_cpu_bringup_and_idle)

/* And anew, with the stack pointer that it takes from %rdi: registers are there. */
SYM_CODE_START(xen_cpu_bringup_again)
	UNWIND_HINT_FUNC
	movq	%rdi, %rsp
	UNWIND_HINT_REGS
	call	cpu_bringup_and_idle
SYM_CODE_END(xen_cpu_bringup_again)
#endif
