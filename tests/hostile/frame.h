/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames that hostile network halves send: good ones, which malformed ones begin
 * as. Floor F6, a test.
 */
#ifndef XENIFY_HOSTILE_FRAME_H
#define XENIFY_HOSTILE_FRAME_H

#include <linux/types.h>

/* A page is full of frames' beginnings: one every so many bytes. */
#define FRAME_STEP	128
/* Ethernet, IPv4 and TCP headers, without options. */
#define FRAME_HEADERS	54

/**
 * enum frame_kind - what frames of a page begin as
 * @FRAME_PLAIN: no protocol that anybody knows
 * @FRAME_TCP: TCP over IPv4
 * @FRAME_UDP: UDP over IPv4
 * @FRAME_PART: TCP over IPv4, in an IP fragment
 * @FRAME_OPTIONS: TCP over IPv4, with all options that an IP header can have
 * @FRAME_SIX: TCP over IPv6
 */
enum frame_kind {
	FRAME_PLAIN,
	FRAME_TCP,
	FRAME_UDP,
	FRAME_PART,
	FRAME_OPTIONS,
	FRAME_SIX,
	FRAME_KINDS,
};

/**
 * struct frame_info - an extra info
 * @type: XEN_NETIF_EXTRA_TYPE_*, or none that there is
 * @gso_type: if it is about segments; else any byte
 * @gso_size: ...
 */
struct frame_info {
	u8 type;
	u8 gso_type;
	u16 gso_size;
};

void frame_add_info(void *slots, size_t stride, u32 count, u32 infos,
		    const struct frame_info *info);
void frame_fill(void *page, enum frame_kind kind);

#endif /* XENIFY_HOSTILE_FRAME_H */
