// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible.*pointer type
#include "shared.h"

static long serve(void *ctx, struct request *req, unsigned int code)
{
	return 0;
}

int refused(void)
{
	return route_register(table, "GET:/", serve, NULL);
}
