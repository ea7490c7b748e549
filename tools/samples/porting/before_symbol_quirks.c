// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>

#include "before_symbol.h"

int quirk_delay_ms(int port)
{
	return port == 3 ? 70 : 10;
}
EXPORT_SYMBOL_GPL(quirk_delay_ms);

MODULE_DESCRIPTION("hdt sample: what symbol_get() finds");
MODULE_LICENSE("GPL");
