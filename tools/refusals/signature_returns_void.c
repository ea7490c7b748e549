// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: .*HDT_SIGNATURE_VOID
#include "shared.h"

HDT_SIGNATURE(nothing, void, int, n)
