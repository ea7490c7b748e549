// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible pointer type
#include "shared.h"

int refused(struct response *resp)
{
	int ret;

	return route_call(table, "GET:/", &ret, resp, 1);
}
