// SPDX-License-Identifier: GPL-2.0-only
/* Registers as it runs, which leaves nothing to inspect. */
#include "several.h"

static struct hdt_table *table;

static u64 tick(void *ctx)
{
	return 1;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(tick, "tick", tick),
};

static int __init runtime_init(void)
{
	int err;

	table = hdt_table_create("runtime", NULL);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = hdt_register_all(table, handlers);
	if (err)
		hdt_table_destroy(table);
	return err;
}
module_init(runtime_init);

static void __exit runtime_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(runtime_exit);

MODULE_DESCRIPTION("hdt test: registers as it runs");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
