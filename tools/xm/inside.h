/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on a guest's disk, read in domain 0 without a mount. Needs no libxl. */
#ifndef XM_INSIDE_H
#define XM_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

/* More than that, and it is no disk that a guest boots from. */
#define XM_PARTS_MOST 32

/**
 * struct xm_part - a partition, or the whole disk if it has none
 * @number: as the guest counts them; 0: the whole disk
 * @start: where it begins, in bytes
 * @what: what is on it: "ext" for ext2, ext3 and ext4
 */
struct xm_part {
	int number;
	uint64_t start;
	const char *what;
};

/**
 * struct xm_inside - a disk that is looked into
 * @path: the device or file
 * @parts: its partitions
 * @count: of @parts
 */
struct xm_inside {
	char *path;
	struct xm_part parts[XM_PARTS_MOST];
	int count;
};

int xm_inside_open(struct xm_inside *in, const char *path, char **error);
void xm_inside_close(struct xm_inside *in);
char *xm_inside_list(const struct xm_inside *in, const struct xm_part *part, const char *dir);
char *xm_inside_text(const struct xm_inside *in, const struct xm_part *part, const char *file);
int xm_inside_copy(const struct xm_inside *in, const struct xm_part *part, const char *file,
		   const char *to);
bool xm_inside_is_ext(const struct xm_part *part);

#endif /* XM_INSIDE_H */
