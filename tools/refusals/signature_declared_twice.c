// SPDX-License-Identifier: GPL-2.0-only
// must say: redefinition of .?route_
#include "shared.h"

HDT_SIGNATURE(route, int, struct response *, resp)
