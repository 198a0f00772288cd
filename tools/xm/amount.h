/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Amounts of memory as they are typed. */
#ifndef XM_AMOUNT_H
#define XM_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

bool xm_amount_parse(const char *text, uint64_t *kib);
int xm_amount_bad(const char *verb, const char *text);

#endif /* XM_AMOUNT_H */
