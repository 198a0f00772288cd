# SPDX-License-Identifier: GPL-2.0-only
#
# The objects of the kernel's own arch/x86/xen/ that this directory replaces. Its
# Makefile leaves them out, unless CONFIG_XENIFY_UPSTREAM_ARCH wants all of them.

xenify-replaces :=

# boot, cpu
xenify-replaces += debugfs.o efi.o setup.o vga.o
xenify-replaces += apic.o enlighten.o enlighten_pv.o irq.o pmu.o trace.o xen-asm.o

# mmu
xenify-replaces += grant-table.o mmu.o mmu_pv.o multicalls.o p2m.o

# smp, suspend, time
xenify-replaces += smp.o smp_pv.o spinlock.o suspend.o suspend_pv.o time.o

# hvm
ifdef CONFIG_XENIFY_HVM
xenify-replaces += enlighten_hvm.o mmu_hvm.o smp_hvm.o suspend_hvm.o platform-pci-unplug.o
xenify-replaces += enlighten_pvh.o
endif

# The same of drivers/xen/.
xenify-replaces-drivers := time.o
