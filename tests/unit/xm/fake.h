/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that isn't there: libxl's calls as fake-libxl.c, fake-domain.c have them,
 * on a directory in the place of xenstore (fake-xenstore.c).
 *
 *   FAKE_CALLS  a file that gets a line for each call that changes something
 *   FAKE_FAIL   the call that fails
 *   FAKE_KILL   the call in which the process is killed
 *   FAKE_LATER  a command that is run before domains are listed for the second time
 *   FAKE_DIRECT whether the block backend serves plain files
 *   FAKE_DISK   a file that is the disk of each guest that is restored
 *
 * A domain is there if /local/domain/N/name is. What Xen knows of it is below
 * /fake/N: memory, maxmem and target in KiB, vcpus, online, state as "xm list" prints
 * it, and others that fake-domain.c reads.
 */
#ifndef FAKE_H
#define FAKE_H

#include "xm.h"

extern struct xentoollog_logger *fake_log;

void fake_call(const char *fmt, ...) XM_PRINTF(1, 2);
bool fake_fails(const char *what);
void fake_kill(const char *what);

/* What is known of a domain, and what it is if nobody has said. */
long fake_number(uint32_t domid, const char *node, long otherwise);
void fake_set(uint32_t domid, const char *node, long value);
void fake_write(const char *path, const char *text);
void fake_remove(const char *path);
int fake_finished(libxl_ctx *ctx, const libxl_asyncop_how *how, int rc);

#endif /* FAKE_H */
