// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two numbers for what serves a disk. A frontend that has lost its backend keeps
 * requests for the next one, and sends them only if that serves the same store.
 * Paths and device numbers don't tell: another file may be at the same path, and
 * another volume have the same number.
 *
 * "xenify-store-instance" holds in this domain as long as it runs: it is made of
 * what the kernel numbers by itself. A device has a sequence number, which no
 * other device gets (disk->diskseq), a partition a place in it, and a file has
 * a handle, by which NFS knows it though it was renamed, and which no other file
 * gets when it was deleted. A network block device keeps its sequence number when
 * it is connected to another export: on one, nothing is the same when it was closed.
 *
 * "xenify-store-id" holds wherever the store is served, as it is made of what
 * the device says of itself, and of the file system's UUID. Few devices do so,
 * and without it there is no number.
 *
 * 0 says that there is none. Floor F5; called by the store-*.c.
 */
#include <linux/blkdev.h>
#include <linux/exportfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/major.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "store.h"

/* Everything that a number is made of; what is not known is 0. */
struct identity_parts {
	u64 diskseq;
	u64 start;
	u64 device;
	u8 name[16];
	u32 name_kind;
	u32 handle_kind;
	u8 fs[UUID_SIZE];
	u32 handle[MAX_HANDLE_SZ / sizeof(u32)];
};

/* Not a secret; a number of another version of this file must not be like one. */
static const siphash_key_t identity_key = {
	{ 0x786e69667920626bULL, 1 },
};

static u64 blkback_identity_hash(const struct identity_parts *identity)
{
	return siphash(identity, sizeof(*identity), &identity_key) ?: 1;
}

/* Of a store on @bdev, NULL if that is not known; @identity says all that is. */
static u64 blkback_identity_instance(const struct identity_parts *identity,
				     const struct block_device *bdev)
{
	if (bdev && bdev->bd_disk->major == NBD_MAJOR)
		return get_random_u64() ?: 1;
	return blkback_identity_hash(identity);
}

/* What the device says of itself. */
static bool blkback_identity_name(struct identity_parts *identity, struct block_device *bdev)
{
	static const enum blk_unique_id kinds[] = {
		BLK_UID_NAA, BLK_UID_EUI64, BLK_UID_T10,
	};
	struct gendisk *disk = bdev->bd_disk;
	size_t i;

	if (!disk->fops->get_unique_id)
		return false;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		memset(identity->name, 0, sizeof(identity->name));
		if (disk->fops->get_unique_id(disk, identity->name,
					      kinds[i]) <= 0)
			continue;
		identity->name_kind = kinds[i];
		identity->start = bdev->bd_start_sect;
		return true;
	}
	return false;
}

static void blkback_identity_handle(struct identity_parts *identity, struct inode *inode)
{
	int words = ARRAY_SIZE(identity->handle);
	int kind = exportfs_encode_fid(inode, (struct fid *)identity->handle,
				       &words);

	memcpy(identity->fs, &inode->i_sb->s_uuid, sizeof(identity->fs));
	if (kind > 0 && kind != FILEID_INVALID) {
		identity->handle_kind = kind;
		return;
	}
	/* Without handles: inodes that are numbered again have generations. */
	memset(identity->handle, 0, sizeof(identity->handle));
	identity->handle[0] = inode->i_generation;
	identity->handle[1] = lower_32_bits(inode->i_ino);
	identity->handle[2] = upper_32_bits(inode->i_ino);
}

/**
 * blkback_identify_bdev - number a block device
 * @store: its numbers are filled
 * @bdev: the device, open
 */
void blkback_identify_bdev(struct blkback_store *store,
			   struct block_device *bdev)
{
	struct identity_parts instance = {
		.diskseq = bdev->bd_disk->diskseq,
		.start = bdev->bd_start_sect,
	};
	struct identity_parts name = { };

	store->identity.instance = blkback_identity_instance(&instance, bdev);
	store->identity.id = blkback_identity_name(&name, bdev) ? blkback_identity_hash(&name) : 0;
}

/**
 * blkback_identify_file - number a regular file
 * @store: its numbers are filled
 * @file: the file, open
 */
void blkback_identify_file(struct blkback_store *store, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct block_device *bdev = inode->i_sb->s_bdev;
	struct identity_parts instance = {
		.device = new_encode_dev(inode->i_sb->s_dev),
		.diskseq = bdev ? bdev->bd_disk->diskseq : 0,
		.start = bdev ? bdev->bd_start_sect : 0,
	};
	struct identity_parts name = { };

	blkback_identity_handle(&instance, inode);
	store->identity.instance = blkback_identity_instance(&instance, bdev);
	store->identity.id = 0;
	if (bdev && blkback_identity_name(&name, bdev)) {
		blkback_identity_handle(&name, inode);
		store->identity.id = blkback_identity_hash(&name);
	}
}
