/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses: read, checked, made up. Needs no libxl. */
#ifndef XM_MAC_H
#define XM_MAC_H

#include <stdbool.h>
#include <stdint.h>

#define XM_MAC_LEN 6
#define XM_MAC_TEXT 18	/* with the NUL */

bool xm_mac_parse(const char *text, uint8_t *mac);
void xm_mac_format(const uint8_t *mac, char text[XM_MAC_TEXT]);
bool xm_mac_is_set(const uint8_t *mac);
const char *xm_mac_fault(const uint8_t *mac);

void xm_mac_derive(uint8_t *mac, const char *host, const char *guest,
		   int number);
char *xm_mac_host(void);

#endif /* XM_MAC_H */
