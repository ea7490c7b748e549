// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible.*pointer type
#include "shared.h"

static int serve(void *ctx, struct response *req, unsigned int code)
{
	return 0;
}

int refused(void)
{
	return route_replace(table, "GET:/", 0, serve, NULL);
}
