// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Amounts of memory as they are typed: "512" are MiB, as they have always been for
 * xm, and "1.5g", "262144k", "2GiB" say what they are. Called by the verbs about
 * memory.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "amount.h"
#include "xm.h"

/* More than Xen can give to anybody: 16 TiB. */
#define KIB_MOST (16ULL << 30)

/* KiB in one of the unit, 0 if there is no such unit. */
static double unit_of(const char *unit)
{
	static const char letters[] = "kmgt";
	const char *letter;
	double kib = 1;

	if (!*unit)
		unit = "m";
	letter = strchr(letters, *unit | 0x20);
	if (!letter || (unit[1] && strcasecmp(unit + 1, "b") &&
			strcasecmp(unit + 1, "ib")))
		return 0;
	for (; letter > letters; letter--)
		kib *= 1024;
	return kib;
}

/**
 * xm_amount_parse() - read an amount of memory
 * @text: a number, and perhaps a unit: k, m, g, t, or KiB and so on; without one
 *        it is MiB
 * @kib: the result, in KiB; unchanged if the text is no amount
 *
 * Return: whether it is one, of 1 KiB to 16 TiB.
 */
bool xm_amount_parse(const char *text, uint64_t *kib)
{
	size_t digits = strspn(text, "0123456789.");
	char *end;
	double value = strtod(text, &end);

	/* What else strtod() reads is no amount. */
	if (!digits || *text == '.' || end != text + digits)
		return false;
	value *= unit_of(end);
	if (value < 1 || value > KIB_MOST)
		return false;
	*kib = value;
	return true;
}

/* Say what an amount looks like. Return: %XM_USAGE. */
int xm_amount_bad(const char *verb, const char *text)
{
	return xm_usage(verb, "'%s' is not an amount of memory like 512 (MiB), 1.5g or 262144k",
			text);
}
