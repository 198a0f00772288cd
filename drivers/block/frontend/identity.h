/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether what a backend serves now is what the one before served. Requests that
 * were kept for a lost backend must not reach another store: a disk that is not
 * surely the same one is another.
 *
 * Floor F3: pure. Called by life.c; tested in user space.
 */
#ifndef XENIFY_BLOCK_IDENTITY_H
#define XENIFY_BLOCK_IDENTITY_H

#include <linux/types.h>

#include "../../xen/ring/tie.h"

/**
 * struct blkfront_identity - what tells one store from another
 * @backend: domain that serves it
 * @instance: "xenify-store-instance": number of the store in that domain, as
 *	long as this runs; 0: not known
 * @past: "xenify-store-past": the last number that was said, by a backend that has
 *	gone or is going; 0: not known
 * @id: "xenify-store-id": number of the store wherever it is served; 0: not known
 * @host: hash of what the host's tools wrote of it: "params" and
 *	"physical-device"
 * @sectors: its size in units of 512 bytes
 * @sector_size: its logical block size in bytes
 * @read_only: it cannot be written
 */
struct blkfront_identity {
	u32 backend;
	u64 instance;
	u64 past;
	u64 id;
	u64 host;
	u64 sectors;
	u32 sector_size;
	bool read_only;
};

bool blkfront_identity_is_same(const struct blkfront_identity *was,
			       const struct blkfront_identity *now,
			       enum xen_tie_named named);
bool blkfront_identity_is_another(const struct blkfront_identity *was,
				  const struct blkfront_identity *now);
struct blkfront_identity
blkfront_identity_learn(const struct blkfront_identity *was,
			const struct blkfront_identity *now,
			enum xen_tie_named named);

#endif /* XENIFY_BLOCK_IDENTITY_H */
