// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hostile block backend's thread does: takes requests, carries them out
 * on a disk in memory by copying, and answers as its mood is. Floor F6.
 */
#include <linux/blk_types.h>
#include <linux/kernel.h>
#include <xen/events.h>
#include <xen/page.h>

#include "back.h"

#define SEGMENTS_MOST	32

/* Between the frontend's page and ours, by the hypervisor. */
static s16 copy_page_part(struct hostile_back *back,
			  const struct blkif_request_segment *seg, bool write)
{
	struct gnttab_copy copy = {
		.len = (seg->last_sect - seg->first_sect + 1) << SECTOR_SHIFT,
		.flags = write ? GNTCOPY_source_gref : GNTCOPY_dest_gref,
	};
	struct gnttab_copy_ptr ours = {
		.u.gmfn = virt_to_gfn(back->bounce), .domid = DOMID_SELF,
		.offset = seg->first_sect << SECTOR_SHIFT,
	}, theirs = {
		.u.ref = seg->gref, .domid = back->host.dev->otherend_id,
		.offset = seg->first_sect << SECTOR_SHIFT,
	};

	copy.source = write ? theirs : ours;
	copy.dest = write ? ours : theirs;
	gnttab_batch_copy(&copy, 1);
	return copy.status;
}

static s16 transfer_segment(struct hostile_back *back,
			    const struct blkif_request_segment *seg, u64 sector,
			    bool write)
{
	u32 count = seg->last_sect - seg->first_sect + 1;
	u8 *at = back->bounce + (seg->first_sect << SECTOR_SHIFT);
	s16 status;

	if (sector > BACK_SECTORS || count > BACK_SECTORS - sector)
		return BLKIF_RSP_ERROR;
	if (!write)
		memcpy(at, back->store + (sector << SECTOR_SHIFT),
		       count << SECTOR_SHIFT);
	status = copy_page_part(back, seg, write);
	if (status != GNTST_okay)
		return BLKIF_RSP_ERROR;
	if (write)
		memcpy(back->store + (sector << SECTOR_SHIFT), at,
		       count << SECTOR_SHIFT);
	return BLKIF_RSP_OKAY;
}

static s16 transfer(struct hostile_back *back,
		    const struct blkif_request_segment *seg, u32 count,
		    u64 sector, bool write)
{
	s16 status = BLKIF_RSP_OKAY;

	for (; count && status == BLKIF_RSP_OKAY; count--, seg++) {
		status = transfer_segment(back, seg, sector, write);
		sector += seg->last_sect - seg->first_sect + 1;
	}
	return status;
}

static s16 transfer_indirect(struct hostile_back *back,
			     const struct blkif_request_indirect *request)
{
	struct blkif_request_segment seg[SEGMENTS_MOST];
	const struct blkif_request_segment page = {
		.gref = request->indirect_grefs[0], .last_sect = 7,
	};

	if (request->nr_segments > SEGMENTS_MOST)
		return BLKIF_RSP_ERROR;
	if (copy_page_part(back, &page, true) != GNTST_okay)
		return BLKIF_RSP_ERROR;
	memcpy(seg, back->bounce, sizeof(seg));
	return transfer(back, seg, request->nr_segments, request->sector_number,
			request->indirect_op != BLKIF_OP_READ);
}

static s16 discard(struct hostile_back *back,
		   const struct blkif_request_discard *request)
{
	u64 sector = request->sector_number, count = request->nr_sectors;

	if (sector > BACK_SECTORS || count > BACK_SECTORS - sector)
		return BLKIF_RSP_ERROR;
	memset(back->store + (sector << SECTOR_SHIFT), 0,
	       count << SECTOR_SHIFT);
	return BLKIF_RSP_OKAY;
}

static s16 carry_out(struct hostile_back *back,
		     const struct blkif_request *request)
{
	const struct blkif_request_rw *rw = &request->u.rw;

	switch (request->operation) {
	case BLKIF_OP_READ:
	case BLKIF_OP_WRITE:
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		return transfer(back, rw->seg, rw->nr_segments,
				rw->sector_number,
				request->operation != BLKIF_OP_READ);
	case BLKIF_OP_INDIRECT:
		return transfer_indirect(back, &request->u.indirect);
	case BLKIF_OP_DISCARD:
		return discard(back, &request->u.discard);
	default:
		return BLKIF_RSP_EOPNOTSUPP;
	}
}

/**
 * back_keep - map the pages of a request, and do not let them go
 * @back: the hostile half, locked
 * @request: without indirect descriptors, or nothing is kept
 *
 * Return: BLKIF_RSP_OKAY, or BLKIF_RSP_ERROR if nothing was mapped.
 */
s16 back_keep(struct hostile_back *back, const struct blkif_request *request)
{
	u8 i, count = request->u.rw.nr_segments;
	u32 before = back->host.nr_kept;

	if (request->operation > BLKIF_OP_WRITE)
		return BLKIF_RSP_ERROR;
	for (i = 0; i < count; i++)
		if (host_keep(&back->host, request->u.rw.seg[i].gref,
			      request->operation == BLKIF_OP_WRITE))
			break;
	return back->host.nr_kept > before ? BLKIF_RSP_OKAY : BLKIF_RSP_ERROR;
}

static bool is_flush(const struct blkif_request *request)
{
	return request->operation == BLKIF_OP_FLUSH_DISKCACHE ||
	       request->operation == BLKIF_OP_WRITE_BARRIER;
}

static void answer(struct hostile_back *back,
		   const struct blkif_request *request)
{
	struct blkif_response rsp;

	back->host.seen.answered++;
	if (back->host.mood.keep) {
		back->host.mood.keep--;
		back->host.mood.told++;
		back_keep(back, request);
		return;
	}
	memset(&rsp, 0, sizeof(rsp));
	rsp.id = request->u.rw.id;
	rsp.operation = request->operation == BLKIF_OP_INDIRECT ?
		request->u.indirect.indirect_op : request->operation;
	if (back->host.mood.refuse && is_flush(request))
		rsp.status = back_refuse(back);
	else
		rsp.status = carry_out(back, request);
	back_tell(back, request, &rsp);
}

static bool has_requests(struct hostile_back *back)
{
	bool more;

	if (!back->link.sring || back->link.dead || back->host.mood.hold)
		return false;
	RING_FINAL_CHECK_FOR_REQUESTS(&back->link.ring, more);
	return more;
}

/**
 * back_serve - take what requests there are
 * @host: the hostile half, locked
 */
void back_serve(struct hostile_host *host)
{
	struct hostile_back *back = back_of(host);
	struct blkif_back_ring *ring = &back->link.ring;
	struct blkif_request request;
	bool any = false;

	while (has_requests(back)) {
		RING_COPY_REQUEST(ring, ring->req_cons, &request);
		ring->req_cons++;
		answer(back, &request);
		if (!back->link.dead)
			RING_PUSH_RESPONSES(ring);
		any = true;
	}
	if (!back->link.sring)
		return;
	if (any)
		notify_remote_via_irq(back->link.irq);
	xen_irq_lateeoi(back->link.irq, 0);
}
