// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MAC addresses of interfaces: reading one, what is wrong with one, and one for
 * an interface that was given none. That one is the same at every start of a
 * guest, so that its network configuration and leases stay valid: it is a hash
 * of this host, the guest's name and the interface's number, in the range that
 * is Xen's. Called by vif.c, devices.c and the network verbs; calls only libc.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "util.h"

/* Six pairs of hexadecimal digits with colons, and nothing else. */
bool xm_mac_parse(const char *text, uint8_t *mac)
{
	uint8_t read[XM_MAC_LEN];
	char pair[3] = "";

	if (strlen(text) != XM_MAC_TEXT - 1)
		return false;
	for (int i = 0; i < XM_MAC_LEN; i++, text += 3) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]) ||
		    text[2] != (i + 1 < XM_MAC_LEN ? ':' : '\0'))
			return false;
		memcpy(pair, text, 2);
		read[i] = strtoul(pair, NULL, 16);
	}
	memcpy(mac, read, XM_MAC_LEN);
	return true;
}

void xm_mac_format(const uint8_t *mac, char text[XM_MAC_TEXT])
{
	snprintf(text, XM_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
}

bool xm_mac_is_set(const uint8_t *mac)
{
	static const uint8_t none[XM_MAC_LEN];

	return memcmp(mac, none, XM_MAC_LEN);
}

/* Why no interface can have this address, or NULL. */
const char *xm_mac_fault(const uint8_t *mac)
{
	if (!xm_mac_is_set(mac))
		return "it is all zeros; leave mac out to get one made";
	if (mac[0] & 1)
		return "it is a multicast address; the first byte has to be even";
	return NULL;
}

/* FNV-1a, over the text and the NUL that ends it. */
static uint64_t hash(uint64_t sum, const char *text)
{
	do {
		sum ^= (uint8_t)*text;
		sum *= 0x100000001b3;
	} while (*text++);
	return sum;
}

/* Each bit of the sum counts for each bit that is used of it. */
static uint64_t mix(uint64_t sum)
{
	for (int i = 0; i < 3; i++) {
		sum ^= sum >> 32;
		sum *= 0x9e3779b97f4a7c15;
	}
	return sum ^ sum >> 32;
}

/**
 * xm_mac_derive() - the address of an interface that was given none
 * @mac: filled in
 * @host: what tells this host from others: two hosts on one network may have
 *        guests of the same name
 * @guest: its name
 * @number: of the interface
 *
 * Like libxl's random ones the addresses are in the lower half of Xen's range,
 * 00:16:3e:00:00:00 to 00:16:3e:7f:ff:ff.
 */
void xm_mac_derive(uint8_t *mac, const char *host, const char *guest,
		   int number)
{
	char digits[12];
	uint64_t sum;

	snprintf(digits, sizeof(digits), "%d", number);
	sum = hash(0xcbf29ce484222325, host);
	sum = mix(hash(hash(sum, guest), digits));
	mac[0] = 0x00;
	mac[1] = 0x16;
	mac[2] = 0x3e;
	mac[3] = sum >> 16 & 0x7f;
	mac[4] = sum >> 8;
	mac[5] = sum;
}

/* This host's identity, to be freed; NULL if it has none. */
char *xm_mac_host(void)
{
	static const char *const files[] = {
		"/etc/machine-id", "/var/lib/dbus/machine-id",
		"/sys/class/dmi/id/product_uuid",
	};
	char *id, *text;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		text = xm_readfile(files[i], NULL);
		id = text ? xm_strdup(xm_trim(text)) : NULL;
		free(text);
		if (id && *id)
			return id;
		free(id);
	}
	return NULL;
}
