/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest may be called. Pure. */
#ifndef XM_NAME_H
#define XM_NAME_H

const char *xm_name_problem(const char *name);

#endif /* XM_NAME_H */
