// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: show does not have the signature route
#include "shared.h"

static int show(void *ctx, struct response *resp)
{
	return 0;
}

const struct hdt_handler handlers[] = {
	HDT_HANDLER(other, "show", show),
	HDT_HANDLER_OPTS(route, "GET:/", show, NULL, .mode = HDT_ONCE),
};
