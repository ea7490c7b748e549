// SPDX-License-Identifier: GPL-2.0-only
/* The provider that ring_autoload has loaded. */
#include "ring.h"

static int answer(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(ring, "auto-key", answer),
};
module_hdt_handlers("auto", handlers);
HDT_PROVIDES_KEY("auto", "auto-key");

MODULE_DESCRIPTION("hdt ring: a provider that is loaded when it is missed");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
