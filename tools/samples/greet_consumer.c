// SPDX-License-Identifier: GPL-2.0-only
/* Greets whoever is written to /sys/module/greet_consumer/parameters/greet. */
#include "greet.h"

static struct hdt_table *greetings;

static int greet_set(const char *who, const struct kernel_param *kp)
{
	char text[64];
	int len, err = greet_call(greetings, "en", &len, text, sizeof(text), who);

	return err ?: (pr_info("%.*s\n", len, text), 0);
}
module_param_call(greet, greet_set, NULL, NULL, 0200);

static int __init greet_init(void)
{
	greetings = hdt_table_create("greetings", NULL);
	return PTR_ERR_OR_ZERO(greetings);
}
module_init(greet_init);

static void __exit greet_exit(void)
{
	hdt_table_destroy(greetings);
}
module_exit(greet_exit);

MODULE_DESCRIPTION("hdt sample: consumer");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
