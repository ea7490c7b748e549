// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: signature seven: more than 6 parameters
#include "shared.h"

HDT_SIGNATURE(seven, int, int, a, int, b, int, c, int, d, int, e, int, f, int, g)
