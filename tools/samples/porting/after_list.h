/* SPDX-License-Identifier: GPL-2.0-only */
#include <hdt/hdt.h>

HDT_SIGNATURE(codec, int, char *, buf, size_t, size, const char *, text)
