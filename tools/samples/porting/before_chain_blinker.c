// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/module.h>

#include "before_chain.h"

static int notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct led_args *args = data;

	if (action != LED_BLINK)
		return NOTIFY_DONE;
	msleep(args->ms);
	args->ret = 2;
	return NOTIFY_STOP;
}

static struct notifier_block block = { .notifier_call = notify };

static int __init blinker_init(void)
{
	return led_chain_register(&block);
}
module_init(blinker_init);

static void __exit blinker_exit(void)
{
	led_chain_unregister(&block);
}
module_exit(blinker_exit);

MODULE_DESCRIPTION("hdt sample: a link of a notifier chain");
MODULE_LICENSE("GPL");
