// SPDX-License-Identifier: GPL-2.0-only
#include "after_symbol.h"

static int delay_ms(void *ctx, int port)
{
	return port == 3 ? 70 : 10;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(quirk, "delay_ms", delay_ms),
};
module_hdt_handlers("quirks", handlers);

MODULE_DESCRIPTION("hdt sample: a handler instead of an exported symbol");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
