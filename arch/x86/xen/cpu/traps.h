/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exceptions that Xen may reflect to a PV domain, once for cpu/entry.S and once for
 * cpu/idt.c, which say what they make of a line: XEN_TRAP(the kernel's entry, ours, whether the
 * kernel has a stack of its own for it). In a PV domain no exception has one.
 *
 * Included twice in one place or another, so there is no guard.
 */
XEN_TRAP(exc_page_fault, exc_page_fault, false)
XEN_TRAP(exc_invalid_op, exc_invalid_op, false)
XEN_TRAP(exc_general_protection, exc_general_protection, false)
XEN_TRAP(exc_device_not_available, exc_device_not_available, false)
XEN_TRAP(exc_int3, exc_int3, false)
XEN_TRAP(exc_debug, xenpv_exc_debug, true)
XEN_TRAP(exc_nmi, xenpv_exc_nmi, true)
XEN_TRAP(exc_divide_error, exc_divide_error, false)
XEN_TRAP(exc_overflow, exc_overflow, false)
XEN_TRAP(exc_bounds, exc_bounds, false)
XEN_TRAP(exc_double_fault, xenpv_exc_double_fault, true)
XEN_TRAP(exc_coproc_segment_overrun, exc_coproc_segment_overrun, false)
XEN_TRAP(exc_invalid_tss, exc_invalid_tss, false)
XEN_TRAP(exc_segment_not_present, exc_segment_not_present, false)
XEN_TRAP(exc_stack_segment, exc_stack_segment, false)
XEN_TRAP(exc_spurious_interrupt_bug, exc_spurious_interrupt_bug, false)
XEN_TRAP(exc_coprocessor_error, exc_coprocessor_error, false)
XEN_TRAP(exc_simd_coprocessor_error, exc_simd_coprocessor_error, false)
XEN_TRAP(exc_alignment_check, exc_alignment_check, false)
#ifdef CONFIG_X86_CET
XEN_TRAP(exc_control_protection, exc_control_protection, false)
#endif
#ifdef CONFIG_X86_MCE
XEN_TRAP(exc_machine_check, xenpv_exc_machine_check, true)
#endif
#ifdef CONFIG_IA32_EMULATION
XEN_TRAP(int80_emulation, int80_emulation, false)
#endif
