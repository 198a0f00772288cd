/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the kernel calls Xen: by SYSCALL in a PV domain, by VMCALL or VMMCALL in others. There is
 * no hypercall page: a page of code that another writes has none of the kernel's mitigations.
 *
 * Each takes the call's number in %rax and its arguments in %rdi, %rsi, %rdx, %r10 and %r8,
 * returns in %rax, and changes no other register. asm/xen/hypercall.h calls them, through a
 * static call that begins with xen_hypercall_hvm. Floor F1.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>

#include <asm/asm.h>
#include <asm/frame.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

	.section .noinstr.text, "ax"

#ifdef CONFIG_XEN_PV
/* The instruction itself takes two registers. */
SYM_FUNC_START(xen_hypercall_pv)
	ANNOTATE_NOENDBR
	pushq	%rcx
	pushq	%r11
	UNWIND_HINT_SAVE
	syscall
	UNWIND_HINT_RESTORE
	popq	%r11
	popq	%rcx
	RET
SYM_FUNC_END(xen_hypercall_pv)
#endif

SYM_FUNC_START(xen_hypercall_intel)
	vmcall
	RET
SYM_FUNC_END(xen_hypercall_intel)

SYM_FUNC_START(xen_hypercall_amd)
	vmmcall
	RET
SYM_FUNC_END(xen_hypercall_amd)

/*
 * The first call of a domain that isn't PV finds out which of the two it has to be, and sees to
 * it that it is not asked again. The callee may change what a call of C may.
 */
SYM_FUNC_START(xen_hypercall_hvm)
	ENDBR
	FRAME_BEGIN
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	pushq	%\reg
	.endr
#ifdef CONFIG_FRAME_POINTER
	subq	$8, %rsp		/* which makes it a multiple of 16 */
#endif
	call	__xen_hypercall_setfunc
#ifdef CONFIG_FRAME_POINTER
	addq	$8, %rsp
#endif
	leaq	xen_hypercall_amd(%rip), %rcx
	cmpq	%rcx, %rax
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	popq	%\reg
	.endr
	FRAME_END			/* leaves the flags alone, as all before it */
	je	xen_hypercall_amd
	jmp	xen_hypercall_intel
SYM_FUNC_END(xen_hypercall_hvm)
