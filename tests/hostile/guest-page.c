// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that a hostile frontend grants: good ones, and such as are good for
 * nothing. Floor F6.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <xen/page.h>

#include "guest.h"

/* No domain has this number in the lab. */
#define NOBODY		0x7fe0

/**
 * hostile_page_make - a page of zeros, and its grant
 * @page: to be filled
 * @domain: who may use it
 * @readonly: but not write it
 *
 * Return: 0 or a negative errno; whatever there is then can be freed.
 */
int hostile_page_make(struct hostile_page *page, domid_t domain, bool readonly)
{
	int ref;

	page->addr = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page->addr)
		return -ENOMEM;
	ref = gnttab_grant_foreign_access(domain, virt_to_gfn(page->addr),
					  readonly);
	if (ref < 0)
		return ref;
	page->ref = ref;
	page->granted = true;
	return 0;
}

/**
 * hostile_page_free - give it back, when the backend has let go of it
 * @page: a page, or zeros
 */
void hostile_page_free(struct hostile_page *page)
{
	if (!page->addr)
		return;
	if (page->granted) {
		gnttab_end_foreign_access(page->ref, virt_to_page(page->addr));
		return;
	}
	if (page->ref)
		gnttab_free_grant_reference(page->ref);
	free_page((unsigned long)page->addr);
}

/**
 * guest_bad_make - pages that are good for nothing
 * @bad: to be filled
 * @domain: the backend's
 *
 * Return: 0 or a negative errno.
 */
int guest_bad_make(struct guest_bad *bad, domid_t domain)
{
	int err = hostile_page_make(&bad->readonly, domain, true);

	err = err ?: hostile_page_make(&bad->foreign, NOBODY, false);
	err = err ?: hostile_page_make(&bad->revoked, domain, false);
	if (!err && gnttab_end_foreign_access_ref(bad->revoked.ref))
		bad->revoked.granted = false;
	return err;
}

/**
 * guest_bad_free - give them back
 * @bad: the pages, or zeros
 */
void guest_bad_free(struct guest_bad *bad)
{
	hostile_page_free(&bad->readonly);
	hostile_page_free(&bad->foreign);
	hostile_page_free(&bad->revoked);
}
