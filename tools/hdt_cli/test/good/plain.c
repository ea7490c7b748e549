// SPDX-License-Identifier: GPL-2.0-only
/* Does not know hdt. */
#include <linux/module.h>

static int __init plain_init(void)
{
	return 0;
}
module_init(plain_init);

MODULE_DESCRIPTION("hdt test: nothing of hdt");
MODULE_LICENSE("GPL");
