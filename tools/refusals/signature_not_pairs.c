// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: signature odd: parameters come as \(type, name\) pairs
#include "shared.h"

HDT_SIGNATURE(odd, int, struct request *, req, unsigned int)
