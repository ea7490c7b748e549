// SPDX-License-Identifier: GPL-2.0-only
#include "after_symbol.h"

static struct hdt_table *quirks;

static int port_set(const char *val, const struct kernel_param *kp)
{
	int port, delay_ms, err = kstrtoint(val, 0, &port);

	if (err)
		return err;
	err = quirk_call(quirks, "delay_ms", &delay_ms, port);
	if (!err)
		pr_info("port %d: %d ms\n", port, delay_ms);
	return err;
}
module_param_call(port, port_set, NULL, NULL, 0200);

static int __init user_init(void)
{
	quirks = hdt_table_create("quirks", NULL);
	return PTR_ERR_OR_ZERO(quirks);
}
module_init(user_init);

static void __exit user_exit(void)
{
	hdt_table_destroy(quirks);
}
module_exit(user_exit);

MODULE_DESCRIPTION("hdt sample: a call instead of symbol_get()");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
