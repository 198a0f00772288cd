/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's configuration says about its end, and when that is done. */
#ifndef XM_POLICY_H
#define XM_POLICY_H

#include "keep.h"

/* A guest that ends this soon (s) this often would be restarted for ever. */
#ifndef XM_SHORT_LIFE
#define XM_SHORT_LIFE 10
#endif
#define XM_SHORT_LIVES 5

/* Pauses are divided by it: tests have less time. */
#ifndef XM_PAUSE_PART
#define XM_PAUSE_PART 1
#endif

libxl_action_on_shutdown xm_policy_choose(const libxl_domain_config *dc,
					  int reason);
int xm_policy_lives(const struct xm_mark *mark);
long xm_policy_pause(int failures);

#endif /* XM_POLICY_H */
