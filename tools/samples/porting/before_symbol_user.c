// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>

#include "before_symbol.h"

static int port_set(const char *val, const struct kernel_param *kp)
{
	int port, err = kstrtoint(val, 0, &port);
	int (*delay_ms)(int port);

	if (err)
		return err;
	delay_ms = symbol_get(quirk_delay_ms);
	if (!delay_ms)
		return -ENOENT;
	pr_info("port %d: %d ms\n", port, delay_ms(port));
	symbol_put(quirk_delay_ms);
	return 0;
}
module_param_call(port, port_set, NULL, NULL, 0200);

MODULE_DESCRIPTION("hdt sample: symbol_get()");
MODULE_LICENSE("GPL");
