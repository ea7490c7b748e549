// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: type name too long
#include "shared.h"

struct very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_long;

HDT_SIGNATURE(wordy, int, struct very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_long *, p)
