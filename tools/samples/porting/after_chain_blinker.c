// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>

#include "after_chain.h"

static int blink(void *ctx, int led, unsigned int ms)
{
	msleep(ms);
	return 2;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(led_op, "blink", blink),
};
module_hdt_handlers("leds", handlers);

MODULE_DESCRIPTION("hdt sample: a handler instead of a link of a chain");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
