// SPDX-License-Identifier: GPL-2.0-only
/* Two handlers that call each other for ever: from a task, and from an interrupt. */
#include <linux/irq_work.h>

#include "test.h"

static bool interrupt;
module_param(interrupt, bool, 0400);
MODULE_PARM_DESC(interrupt, "also from interrupts, where hdt knows their stack");

static struct hdt_table *table;
static long refused, otherwise, deepest;

static int bounce(const char *to, u32 depth)
{
	int ret = 0, err = ring_call(table, to, &ret, depth + 1);

	deepest = max_t(long, deepest, depth);
	return err ?: ret;
}

static int ping(void *ctx, u32 depth)
{
	return bounce("pong", depth);
}

static int pong(void *ctx, u32 depth)
{
	return bounce("ping", depth);
}

static void recurse(struct irq_work *unused)
{
	int ret = 0, err = ring_call(table, "ping", &ret, 0);

	if (!err && ret == -EOVERFLOW)
		refused++;
	else
		otherwise++;
}

static int ring_test(unsigned int number)
{
	static struct irq_work work = IRQ_WORK_INIT_HARD(recurse);
	unsigned int i;

	refused = 0;
	otherwise = 0;
	deepest = 0;
	for (i = 0; i < number; i++) {
		if (interrupt) {
			irq_work_queue(&work);
			irq_work_sync(&work);
		} else {
			recurse(NULL);
		}
		cond_resched();
	}
	note("refused", refused);
	note("otherwise", otherwise);
	note("deepest", deepest);
	return 0;
}

static int __init ring_recurse_init(void)
{
	int err;

	table = hdt_table_create("ring-recurse", NULL);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = ring_register(table, "ping", ping, NULL) ?: ring_register(table, "pong", pong, NULL);
	if (err)
		hdt_table_destroy(table);
	return err;
}
module_init(ring_recurse_init);

static void __exit ring_recurse_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_recurse_exit);

MODULE_DESCRIPTION("hdt ring: mutual recursion without an end");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
