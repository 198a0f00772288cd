/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the linker's --wrap=accept4 makes of calls, and how the real one is called. */
#ifndef TEST_XEND_WRAP_H
#define TEST_XEND_WRAP_H

#include <sys/socket.h>

int __real_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);

#endif
