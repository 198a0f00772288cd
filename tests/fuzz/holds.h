/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all fuzz targets share: ending with a message when something does not hold. Those of
 * the host tools have nothing else, and use no header of the kernel.
 */
#ifndef FUZZ_HOLDS_H
#define FUZZ_HOLDS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(cond) do {						\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #cond);				\
		abort();						\
	}								\
} while (0)

#endif /* FUZZ_HOLDS_H */
