// SPDX-License-Identifier: GPL-2.0-only
/*
 * Creates the table, and calls each handler of several.ko by another signature
 * when its parameter is written: hdt's refusals say which hash it expected.
 */
#define OTHER_DECLARATIONS
#include "several.h"

HDT_SIGNATURE_VOID(other, long long, a)

static struct hdt_table *table;

static int go_set(const char *val, const struct kernel_param *kp)
{
	static const char *const keys[] = { "near", "sum", "a note", "tick\x01", "pick" };
	int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (other_call(table, keys[i], 1) != -EPROTOTYPE)
			return -EINVAL;
	return 0;
}
module_param_call(go, go_set, NULL, NULL, 0200);

static int __init stranger_init(void)
{
	table = hdt_table_create("several", NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(stranger_init);

static void __exit stranger_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(stranger_exit);

MODULE_DESCRIPTION("hdt test: calls with another signature");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
