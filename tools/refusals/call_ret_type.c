// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible pointer type
#include "shared.h"

int refused(struct request *req)
{
	long ret;

	return route_call(table, "GET:/", &ret, req, 1);
}
