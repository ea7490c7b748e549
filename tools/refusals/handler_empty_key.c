// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: empty key
#include "shared.h"

static int serve(void *ctx, struct request *req, unsigned int code)
{
	return 0;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(route, "", serve),
};
