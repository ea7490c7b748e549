// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>

#include "before_chain.h"

static BLOCKING_NOTIFIER_HEAD(led_chain);

int led_chain_register(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&led_chain, nb);
}
EXPORT_SYMBOL_GPL(led_chain_register);

int led_chain_unregister(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&led_chain, nb);
}
EXPORT_SYMBOL_GPL(led_chain_unregister);

static int blink_set(const char *val, const struct kernel_param *kp)
{
	struct led_args args = { .ms = 2 };
	int err = kstrtoint(val, 0, &args.led);

	if (err)
		return err;
	if (blocking_notifier_call_chain(&led_chain, LED_BLINK, &args) != NOTIFY_STOP)
		return -ENOENT;
	pr_info("led %d: %d blinks\n", args.led, args.ret);
	return 0;
}
module_param_call(blink, blink_set, NULL, NULL, 0200);

MODULE_DESCRIPTION("hdt sample: a notifier chain that finds one who does it");
MODULE_LICENSE("GPL");
