// SPDX-License-Identifier: GPL-2.0-only
/*
 * A consumer that was built with another declaration of demo_add, as happens
 * to a module that is not rebuilt when a header changes. Both sides compile;
 * the call is refused. Any write to the parameter add makes it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <hdt/hdt.h>

HDT_SIGNATURE(demo_add, long, long, a, long, b)

static struct hdt_table *table;

static int add_set(const char *val, const struct kernel_param *kp)
{
	long sum;
	int err = demo_add_call(table, "add", &sum, 1, 2);

	if (err)
		pr_info("cannot add 1 and 2: %pe\n", ERR_PTR(err));
	else
		pr_info("1 + 2 = %ld\n", sum);
	return err;
}
module_param_call(add, add_set, NULL, NULL, 0200);
MODULE_PARM_DESC(add, "write: call \"add\" with the wrong signature");

static int __init stranger_init(void)
{
	table = hdt_table_get("demo");
	return PTR_ERR_OR_ZERO(table);
}
module_init(stranger_init);

static void __exit stranger_exit(void)
{
	hdt_table_put(table);
}
module_exit(stranger_exit);

MODULE_DESCRIPTION("hdt demo: a consumer with another declaration");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
