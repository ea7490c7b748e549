// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of two modules that hand the keys of ring_provider to each other: takes
 * over what is there, registers what is not.
 */
#include "ring.h"

static char *table_name = "ring";
module_param_named(table, table_name, charp, 0400);

static bool hasty;
module_param(hasty, bool, 0400);
MODULE_PARM_DESC(hasty, "do not wait until the predecessor is left");

static const char * const key[] = { "alpha", "beta", "slow" };
static struct hdt_table *table;
static int mine[ARRAY_SIZE(key)];

static int inherited(void *ctx, u32 arg)
{
	udelay(arg % 16);
	return ctx >= (void *)mine && ctx < (void *)(mine + ARRAY_SIZE(mine)) ?
		RING_ANSWER(arg) : 0;
}

static int take(unsigned int i)
{
	int err;

	if (hasty)
		rcu_read_lock();
	err = ring_replace(table, key[i], 0, inherited, &mine[i]);
	if (hasty)
		rcu_read_unlock();
	return err == -ENOENT ? ring_register(table, key[i], inherited, &mine[i]) : err;
}

static int __init ring_heir_init(void)
{
	unsigned int i;
	int err = 0;

	table = hdt_table_get(table_name);
	if (IS_ERR(table))
		return PTR_ERR(table);
	for (i = 0; i < ARRAY_SIZE(key) && !err; i++)
		err = take(i);
	if (err) {
		hdt_unregister_all(table, THIS_MODULE);
		hdt_table_put(table);
	}
	return err;
}
module_init(ring_heir_init);

static void __exit ring_heir_exit(void)
{
	hdt_unregister_all(table, THIS_MODULE);
	hdt_table_put(table);
}
module_exit(ring_heir_exit);

MODULE_DESCRIPTION("hdt ring: successor of a provider");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
