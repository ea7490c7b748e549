// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible pointer type
#include "shared.h"

HDT_CALL_SITE(other, home, "GET:/");

int refused(struct request *req)
{
	return hdt_call_site(route, home, table, NULL, req, 1);
}
