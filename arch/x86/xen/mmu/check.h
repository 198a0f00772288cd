/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of page tables, in kernels under test only. Floor F1. For the files of mmu/, and for
 * the test that feeds it wrong tables.
 */
#ifndef XENIFY_ARCH_CHECK_H
#define XENIFY_ARCH_CHECK_H

#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <xen/interface/xen.h>

#include "cheap.h"

#ifdef CONFIG_XENIFY_CHECK_TABLES
/**
 * struct xen_check_fault - what is wrong with a page table
 * @what: in words
 * @pfn: the page
 * @level: as Xen counts them; 0: not known
 * @slot: which entry; -1: it is all of the table
 * @has: the entry; of all of the table, that which maps it for the kernel
 * @want: what that should be
 */
struct xen_check_fault {
	const char *what;
	unsigned long pfn;
	unsigned int level;
	int slot;
	unsigned long has;
	unsigned long want;
};

/* check.c */
void xen_check_report(const struct xen_check_fault *fault);
void xen_check_queued(const struct multicall_entry *call, unsigned int calls);
void xen_check_made(const struct multicall_entry *call, unsigned int calls);
void xen_check_memory(struct page *page);

/* agree.c */
void xen_check_mirrors(struct page *mirror, struct page *table, enum xen_level level);
void xen_check_spare(struct page *page, enum xen_level level);
void xen_check_entry(const void *entry);
void xen_check_shown(pgd_t *pgd);
void xen_check_hiding(pgd_t *pgd);
void xen_check_hidden(pgd_t *pgd);

/* What these two call of each other. */
DECLARE_PER_CPU(bool, xen_check_is_hiding);
void xen_check_tell(struct page *page, unsigned int level, int slot, const char *what,
		    unsigned long has, unsigned long want);
bool xen_check_owns(unsigned long mfn);
struct page *xen_check_frame(unsigned long mfn);
void xen_check_page(struct page *page, unsigned int level, bool table);
void xen_check_waiting(struct page *page, unsigned int level);
struct page *xen_check_mirrored(struct page *page);
bool xen_check_slot(struct page *mirror, struct page *table, unsigned int slot);
#else
static inline void xen_check_queued(const struct multicall_entry *call, unsigned int calls) {}
static inline void xen_check_made(const struct multicall_entry *call, unsigned int calls) {}
static inline void xen_check_memory(struct page *page) {}
static inline void xen_check_mirrors(struct page *mirror, struct page *table,
				     enum xen_level level) {}
static inline void xen_check_spare(struct page *page, enum xen_level level) {}
static inline void xen_check_entry(const void *entry) {}
static inline void xen_check_shown(pgd_t *pgd) {}
static inline void xen_check_hiding(pgd_t *pgd) {}
static inline void xen_check_hidden(pgd_t *pgd) {}
#endif

#endif
