// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: serve does not have the signature route
#include "shared.h"

/* What no warning finds: int for unsigned int. */
static int serve(void *ctx, struct request *req, int code)
{
	return 0;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(route, "GET:/", serve),
};
