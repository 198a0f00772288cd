// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest may be called: what classic xm took. A number would be taken for a
 * domain's, and what else there is in a name may not be fit for a terminal, or be
 * in a path of a log or of what libxl keeps. Called by fields.c and cmd-rename.c.
 */
#include <string.h>

#include "name.h"

#define NAME_MOST 128

/**
 * xm_name_problem() - why a guest cannot be called so
 * @name: its name
 *
 * Return: NULL if it can.
 */
const char *xm_name_problem(const char *name)
{
	static const char digits[] = "0123456789";
	static const char good[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/+-";

	if (!*name)
		return "a name is not empty";
	if (strspn(name, good) != strlen(name))
		return "only letters, digits and _.:/+- may be in a name";
	if (strspn(name, digits) == strlen(name))
		return "a number would be taken for that of a domain";
	if (*name == '-')
		return "a name that begins with '-' would be taken for an option";
	if (strstr(name, ".."))
		return "'..' may not be in a name, which is part of paths";
	if (strlen(name) > NAME_MOST)
		return "a name has at most 128 characters";
	return NULL;
}
