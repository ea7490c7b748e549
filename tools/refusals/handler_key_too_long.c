// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: key longer than 255 bytes
#include "shared.h"

static int serve(void *ctx, struct request *req, unsigned int code)
{
	return 0;
}

/* 256 bytes */
const struct hdt_handler handlers[] = {
	HDT_HANDLER(route,
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		    serve),
};
