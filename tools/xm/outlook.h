/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until something happens to guests, or a signal comes. */
#ifndef XM_OUTLOOK_H
#define XM_OUTLOOK_H

#include <stdbool.h>
#include <xenstore.h>

/**
 * struct xm_outlook - what is waited for
 * @xs: tells when a domain came, ended or is gone
 * @wake: readable when a signal has come
 */
struct xm_outlook {
	struct xs_handle *xs;
	int wake;
};

int xm_outlook_open(struct xm_outlook *out);
void xm_outlook_close(struct xm_outlook *out);
void xm_outlook_drain(struct xm_outlook *out);
void xm_outlook_wait(struct xm_outlook *out, long seconds);

int xm_wake_catch(const int *signals, int n);
void xm_wake_release(const int *signals, int n);

#endif /* XM_OUTLOOK_H */
