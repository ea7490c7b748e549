/* SPDX-License-Identifier: GPL-2.0-only */
/* What provider and consumer share: the signature, and nothing else. */
#include <hdt/hdt.h>

HDT_SIGNATURE(greet, int, char *, buf, size_t, size, const char *, who)
