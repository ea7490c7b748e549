// SPDX-License-Identifier: GPL-2.0-only
// must say: too few arguments to function
#include "shared.h"

int refused(struct request *req)
{
	int ret;

	return route_call(table, "GET:/", &ret, req);
}
