// SPDX-License-Identifier: GPL-2.0-only
// must say: incompatible.*pointer type
#include "shared.h"

static int serve(void *ctx, struct request *req, unsigned int code)
{
	return 0;
}

static void release(struct request *req)
{
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(route, "GET:/", serve, NULL, .release = release),
};
