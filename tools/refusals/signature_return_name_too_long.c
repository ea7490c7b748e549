// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: type name too long
#include "shared.h"

struct very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_long;

HDT_SIGNATURE(wordy, struct very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_long *, int, n)
