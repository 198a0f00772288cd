// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which exceptions enter a PV kernel where.
 *
 * The kernel goes on writing its IDT, a table that no CPU sees: of its gates are made entries of
 * the trap table that Xen has of each vCPU, with our way into the kernel in place of the native
 * one (cpu/entry.S). pv_ops calls this, and vCPU start. Floor F1.
 */
#include <linux/spinlock.h>

#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/traps.h>
#include <asm/xen/hypervisor.h>

#include "../mmu/batch.h"
#include "ops.h"

#define VECTORS		256
/* A gate through which events are turned off. */
#define TRAP_MASKS	BIT(2)

/**
 * struct idt_way - one way into the kernel
 * @native: as a gate of the kernel's has it
 * @entry: as Xen has to have it
 * @stack: whether the gate may name a stack of its own; here it gets none
 */
struct idt_way {
	void (*native)(void);
	void (*entry)(void);
	bool stack;
};

static const struct idt_way ways[] = {
#define XEN_TRAP(handler, ours, own_stack)				\
	{ .native = asm_##handler, .entry = xen_asm_##ours, .stack = own_stack },
#include "traps.h"
};

static DEFINE_PER_CPU(struct desc_ptr, table);

static const struct idt_way *xen_idt_find_way(unsigned long native)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (ways[i].native == (void *)native)
			return &ways[i];
	return NULL;
}

/* Gates of early boot all lead to an array of like pieces of code. NULL if it is not one. */
static __ref const void *xen_idt_find_early(unsigned long native)
{
	unsigned long distance = native - (unsigned long)early_idt_handler_array;

	if (distance >= sizeof(early_idt_handler_array))
		return NULL;
	return xen_early_idt_handler_array[distance / EARLY_IDT_HANDLER_SIZE];
}

/* Of interrupts there is none: a gate to what is not known is never entered. */
static unsigned long xen_idt_entry(const gate_desc *gate)
{
	unsigned long native = gate_offset(gate);
	const struct idt_way *way = xen_idt_find_way(native);
	const void *early = way ? NULL : xen_idt_find_early(native);

	if (way) {
		if (WARN_ON(gate->bits.ist && !way->stack))
			return 0;
		return (unsigned long)way->entry;
	}
	return (unsigned long)(early ?: xen_asm_exc_xen_unknown_trap);
}

/* Whether the gate leads anywhere. */
static bool xen_idt_translate(int vector, const gate_desc *gate, struct trap_info *trap)
{
	unsigned long entry;

	if (gate->bits.type != GATE_INTERRUPT && gate->bits.type != GATE_TRAP)
		return false;
	entry = xen_idt_entry(gate);
	if (!entry)
		return false;
	*trap = (struct trap_info) {
		.vector = vector,
		.flags = gate->bits.dpl | (gate->bits.type == GATE_INTERRUPT ? TRAP_MASKS : 0),
		.cs = gate_segment(gate),
		.address = entry,
	};
	return true;
}

static int xen_idt_count(const struct desc_ptr *idt)
{
	return min((idt->size + 1) / (int)sizeof(gate_desc), VECTORS);
}

/**
 * xen_write_idt_entry - change a gate
 * @idt: the table, be it in use or not
 * @entry: the gate's number
 * @gate: the new one
 */
void xen_write_idt_entry(gate_desc *idt, int entry, const gate_desc *gate)
{
	/* The second ends the list. */
	struct trap_info trap[2] = { };

	preempt_disable();
	xen_mc_flush();
	native_write_idt_entry(idt, entry, gate);
	if ((unsigned long)idt == __this_cpu_read(table.address) &&
	    entry < xen_idt_count(this_cpu_ptr(&table)) &&
	    xen_idt_translate(entry, gate, &trap[0]))
		xen_must(HYPERVISOR_set_trap_table(trap), "an entry of the trap table");
	preempt_enable();
}

/**
 * xen_copy_trap_info - the trap table of this CPU, for another
 * @traps: room for 256, each at its number; those of no use are left as they are
 */
void xen_copy_trap_info(struct trap_info *traps)
{
	const struct desc_ptr *idt = this_cpu_ptr(&table);
	const gate_desc *gates = (const gate_desc *)idt->address;
	int i;

	for (i = 0; i < xen_idt_count(idt); i++)
		xen_idt_translate(i, &gates[i], &traps[i]);
}

/**
 * xen_load_idt - LIDT
 * @idt: the table
 *
 * Context: interrupts may be on or off; the room for what Xen gets is one for all.
 */
void xen_load_idt(const struct desc_ptr *idt)
{
	static struct trap_info traps[VECTORS + 1];
	static DEFINE_SPINLOCK(lock);
	const gate_desc *gates = (const gate_desc *)idt->address;
	int i, used = 0;

	spin_lock(&lock);
	*this_cpu_ptr(&table) = *idt;
	for (i = 0; i < xen_idt_count(idt); i++)
		used += xen_idt_translate(i, &gates[i], &traps[used]);
	traps[used] = (struct trap_info) { };
	xen_mc_flush();
	xen_must(HYPERVISOR_set_trap_table(traps), "a trap table");
	spin_unlock(&lock);
}
