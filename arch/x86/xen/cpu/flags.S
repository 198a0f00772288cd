/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt flags and the address of a page fault, where Xen keeps them: in a structure of each
 * vCPU, part of its per-CPU area (cpu/vcpu.c).
 *
 * As pv_ops wants it of these, no register changes but %rax, and that only where it is what is
 * returned. Called everywhere, from code that must not be traced, too. Floor F1.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>

#include <asm/asm-offsets.h>
#include <asm/asm.h>
#include <asm/frame.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>

#define MASK	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_mask)
#define PENDING	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_pending)

	.section .noinstr.text, "ax"

SYM_FUNC_START(xen_irq_disable_direct)
	movb	$1, MASK
	RET
SYM_FUNC_END(xen_irq_disable_direct)

/*
 * Xen can't see that events are on again. One that came while they were off has to be asked for.
 * If the vCPU is another one at the second instruction, the event has been taken: an interrupt
 * was between the two.
 */
SYM_FUNC_START(xen_irq_enable_direct)
	FRAME_BEGIN
	movb	$0, MASK
	cmpb	$0, PENDING
	je	.Lnone
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	pushq	%\reg
	.endr
	call	xen_force_evtchn_callback
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	popq	%\reg
	.endr
.Lnone:
	FRAME_END
	RET
SYM_FUNC_END(xen_irq_enable_direct)

/* X86_EFLAGS_IF is bit 1 of the second byte, and the only one of %rax that is asked for. */
SYM_FUNC_START(xen_save_fl_direct)
	cmpb	$0, MASK
	sete	%ah
	shlb	$1, %ah
	RET
SYM_FUNC_END(xen_save_fl_direct)

SYM_FUNC_START(xen_read_cr2_direct)
	movq	PER_CPU_VAR(xen_vcpu_info + XEN_vcpu_info_arch_cr2), %rax
	RET
SYM_FUNC_END(xen_read_cr2_direct)

/* The same before the structure has its place. */
SYM_FUNC_START(xen_read_cr2)
	movq	PER_CPU_VAR(xen_vcpu), %rax
	movq	XEN_vcpu_info_arch_cr2(%rax), %rax
	RET
SYM_FUNC_END(xen_read_cr2)
