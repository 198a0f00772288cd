# SPDX-License-Identifier: GPL-2.0-or-later
# shows: the debug kernel checks page tables, finds those that a test makes wrong, and none else
# tier: full
# gate: guest-boots
# covers: arch/x86/xen/mmu/check.c arch/x86/xen/mmu/agree.c arch/x86/xen/mmu/check.h tests/kunit/tables-kunit.c configs/debug.config
# takes: 20
# debug: only
. /lab/tests/lib.sh

works "Dom0 checks its own" sh -c 'dmesg | grep "Xen: page tables are checked"'
# Without mirrors, too: then Xen sees the kernel's upper tables themselves.
for how in "" xen_mmu=plain; do
	guest_create g1 vcpus=2 extra="kunit.enable=1 kunit.filter_glob=xenify-tables $how"
	guest_works g1 'dmesg | grep "Xen: page tables are checked"'
	guest_run g1 dmesg >$LAB_DIR/said
	works "every wrong table is found" grep 'ok 1 xenify-tables' $LAB_DIR/said
	refuses "and that is so of all" grep 'not ok' $LAB_DIR/said
	guest_works g1 'for i in 1 2 3 4 5 6 7 8; do sh -c "cat /proc/self/maps >/dev/null & wait"; done'
	guest_shutdown g1
done
