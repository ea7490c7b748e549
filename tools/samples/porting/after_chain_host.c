// SPDX-License-Identifier: GPL-2.0-only
#include "after_chain.h"

static struct hdt_table *leds;

static int blink_set(const char *val, const struct kernel_param *kp)
{
	int led, blinks, err = kstrtoint(val, 0, &led);

	if (err)
		return err;
	err = led_op_call(leds, "blink", &blinks, led, 2);
	if (!err)
		pr_info("led %d: %d blinks\n", led, blinks);
	return err;
}
module_param_call(blink, blink_set, NULL, NULL, 0200);

static int __init host_init(void)
{
	static const struct hdt_table_opts opts = { .sleepable = true };

	leds = hdt_table_create("leds", &opts);
	return PTR_ERR_OR_ZERO(leds);
}
module_init(host_init);

static void __exit host_exit(void)
{
	hdt_table_destroy(leds);
}
module_exit(host_exit);

MODULE_DESCRIPTION("hdt sample: a sleepable table instead of a notifier chain");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
