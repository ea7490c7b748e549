// SPDX-License-Identifier: GPL-2.0-only
/* Creates a table, and has it for as long as it is loaded. */
#include "ring.h"

static char *name = "ring";
module_param(name, charp, 0400);

static bool sleepable;
module_param(sleepable, bool, 0400);

static bool forget;
module_param(forget, bool, 0600);
MODULE_PARM_DESC(forget, "go without destroying it");

static struct hdt_table *table;

static int __init ring_table_init(void)
{
	struct hdt_table_opts opts = { .sleepable = sleepable };

	table = hdt_table_create(name, &opts);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_table_init);

static void __exit ring_table_exit(void)
{
	if (!forget)
		hdt_table_destroy(table);
}
module_exit(ring_table_exit);

MODULE_DESCRIPTION("hdt ring: a table");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
