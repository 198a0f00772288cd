/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain builder reads in the kernel's image, and the first instructions of a PV domain.
 *
 * xen/interface/elfnote.h has the notes. The entry of a PVH domain, and its note, are the
 * kernel's own (arch/x86/platform/pvh/head.S). Floor F1.
 */
#include <linux/elfnote.h>
#include <linux/init.h>
#include <linux/linkage.h>

#include <xen/interface/elfnote.h>
#include <xen/interface/features.h>

#include <asm/asm.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/page_types.h>
#include <asm/percpu.h>
#include <asm/pgtable_types.h>
#include <asm/unwind_hints.h>

/* What this kernel can do with and without, as bits. */
#define CAN_PV		0
#define CAN_PVH		0
#define CAN_DOM0	0

	ELFNOTE(Xen, XEN_ELFNOTE_GUEST_OS, .asciz "linux")
	ELFNOTE(Xen, XEN_ELFNOTE_GUEST_VERSION, .asciz "2.6")
	ELFNOTE(Xen, XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0")
	ELFNOTE(Xen, XEN_ELFNOTE_LOADER, .asciz "generic")
	ELFNOTE(Xen, XEN_ELFNOTE_SUSPEND_CANCEL, .long 1)

#ifdef CONFIG_XEN_PV
#undef CAN_PV
#define CAN_PV		(1 << XENFEAT_writable_page_tables)

	ELFNOTE(Xen, XEN_ELFNOTE_ENTRY, .quad startup_xen)
	ELFNOTE(Xen, XEN_ELFNOTE_VIRT_BASE, .quad __START_KERNEL_map)
	ELFNOTE(Xen, XEN_ELFNOTE_PADDR_OFFSET, .quad 0)
#ifndef CONFIG_KASAN	/* which has no shadow for addresses of user mode */
	/* The list of frames is too long for where the kernel is: a top-level entry of its own. */
	ELFNOTE(Xen, XEN_ELFNOTE_INIT_P2M, .quad PUD_SIZE * PTRS_PER_PUD)
#endif
	ELFNOTE(Xen, XEN_ELFNOTE_MOD_START_PFN, .long 1)
	ELFNOTE(Xen, XEN_ELFNOTE_L1_MFN_VALID, .quad _PAGE_PRESENT; .quad _PAGE_PRESENT)
	ELFNOTE(Xen, XEN_ELFNOTE_PAE_MODE, .asciz "yes")
	ELFNOTE(Xen, XEN_ELFNOTE_FEATURES, .ascii "!writable_page_tables")

	__INIT
/* %rsi is the start info. Xen has page tables in place, and a stack that would do, too. */
SYM_CODE_START(startup_xen)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	cld
	movq	%rsi, %rdi
	leaq	__top_init_kernel_stack(%rip), %rsp

	/* The boot CPU's own data are the originals, until there are areas for all. */
	movl	$MSR_GS_BASE, %ecx
	movq	$INIT_PER_CPU_VAR(fixed_percpu_data), %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr

	call	xen_start_kernel
SYM_CODE_END(startup_xen)
	__FINIT
#endif

#ifdef CONFIG_XEN_PVH
#undef CAN_PVH
#define CAN_PVH		(1 << XENFEAT_linux_rsdp_unrestricted)
#endif
#ifdef CONFIG_XEN_DOM0
#undef CAN_DOM0
#define CAN_DOM0	(1 << XENFEAT_dom0)
#endif
	ELFNOTE(Xen, XEN_ELFNOTE_SUPPORTED_FEATURES, .long CAN_PV | CAN_PVH | CAN_DOM0)
