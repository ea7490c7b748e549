/* SPDX-License-Identifier: GPL-2.0-only */
/* Signatures of all kinds: by spelling and by code, with a value and without. */
#include <hdt/hdt.h>

struct point {
	int x, y;
};

enum shade { DARK, LIGHT };

#ifndef OTHER_DECLARATIONS
HDT_SIGNATURE(point, int, struct point *, p, size_t, n)
HDT_SIGNATURE(sum, long, int, a, unsigned int, b, short, c, u8, d, const char *, e, bool, f)
HDT_SIGNATURE_VOID(note, const struct  point *, p, void *, q)
HDT_SIGNATURE(tick, u64)
HDT_SIGNATURE(pick, struct point *, enum shade, s)
#endif
