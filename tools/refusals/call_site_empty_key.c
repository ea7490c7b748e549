// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: empty key
#include "shared.h"

HDT_CALL_SITE(route, home, "");
