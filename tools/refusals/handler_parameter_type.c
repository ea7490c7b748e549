// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: serve does not have the signature route
#include "shared.h"

static int serve(void *ctx, struct response *req, unsigned int code)
{
	return 0;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(route, "GET:/", serve),
};
