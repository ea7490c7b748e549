// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible.*pointer type
#include "shared.h"

static int serve(void *ctx, struct request *req)
{
	return 0;
}

int refused(void)
{
	return route_register(table, "GET:/", serve, NULL);
}
