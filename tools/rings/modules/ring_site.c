// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fixed call site through all that can happen to its handler. The answer
 * tells who ran, so that a call which went to the wrong one is seen; whether it
 * went through the patched call is asked of the site itself.
 */
#include <linux/irq_work.h>

#include "test.h"

static struct hdt_table *table;
static int nr_ran;

HDT_CALL_SITE(ring, home, "home");
HDT_CALL_SITE(ring, deep, "deep");
HDT_CALL_SITE(ring, self, "self");

static int one(void *ctx, u32 arg)
{
	nr_ran++;
	return (long)ctx + arg;
}

static int two(void *ctx, u32 arg)
{
	nr_ran++;
	return 2 * ((long)ctx + arg);
}

static int deeper(void *ctx, u32 depth)
{
	int ret = 0, err = hdt_call_site(ring, deep, table, &ret, depth + 1);

	return err ?: ret;
}

/* A waiting removal of the handler that one is in. */
static int leave(void *ctx, u32 arg)
{
	return hdt_unregister(table, "self");
}

/* The handler's answer, or the refusal. */
static int call(struct hdt_table *of, u32 arg)
{
	int ret = 0, err = hdt_call_site(ring, home, of, &ret, arg);

	return err ?: ret;
}

/* Call until the site is bound, for two seconds at most. */
#define BIND(site)								\
({										\
	unsigned long end = jiffies + 2 * HZ;					\
										\
	do {									\
		hdt_call_site(ring, site, table, NULL, 0);			\
		msleep(20);							\
	} while (!READ_ONCE(hdt_site_##site.s.bound) && time_before(jiffies, end));	\
	READ_ONCE(hdt_site_##site.s.bound);					\
})

static int interrupted;

static void from_interrupt(struct irq_work *unused)
{
	interrupted = call(table, 1);
}

static void follows_its_handler(void)
{
	note("missing", call(table, 1));
	note("registered", ring_register(table, "home", one, (void *)10));
	note("first", call(table, 1));
	note("bound", BIND(home));
	note("patched", call(table, 1));
	note("replaced", ring_replace(table, "home", 0, two, (void *)20));
	note("unbound", hdt_site_home.s.bound);
	note("second", call(table, 1));
	note("bound_again", BIND(home));
	note("patched_again", call(table, 1));
	note("removed", hdt_unregister(table, "home"));
	note("gone", call(table, 1));
	note("registered_again", ring_register(table, "home", one, (void *)30));
	note("back", call(table, 1));
	note("bound_back", BIND(home));
	note("patched_back", call(table, 1));
	note("removed_async", hdt_unregister_async(table, "home"));
	note("gone_at_once", call(table, 1));
}

static void is_checked(void)
{
	static struct irq_work work = IRQ_WORK_INIT_HARD(from_interrupt);
	struct hdt_table *other = hdt_table_create("ring-site-other", NULL);
	void *ctx;

	hdt_unregister_all(table, THIS_MODULE);
	note("ready", ring_register(table, "home", one, (void *)10));
	note("bound_ready", BIND(home));
	note("other_table", call(other, 1));
	note("other_registered", ring_register(other, "home", two, (void *)7));
	note("other_answer", call(other, 1));
	note("own_answer", call(table, 1));
	note("still_bound", hdt_site_home.s.bound);
	hdt_table_destroy(other);
	note("no_table", call(NULL, 1));

	irq_work_queue(&work);
	irq_work_sync(&work);
	note("interrupt", interrupted);

	ctx = hdt_site_home.s.ctx;
	nr_ran = 0;
	WRITE_ONCE(hdt_site_home.s.ctx, (void *)666);
	note("overwritten", call(table, 1));
	note("overwritten_ran", nr_ran);
	note("mended", call(table, 1));
	note("bound_mended", BIND(home));
	note("same_ctx", hdt_site_home.s.ctx == ctx);
}

static void knows_where_it_is(void)
{
	int ret = 0, err;

	note("self", ring_register(table, "self", leave, NULL));
	note("bound_self", BIND(self));
	err = hdt_call_site(ring, self, table, &ret, 0);
	note("from_inside", err ?: ret);

	note("deep", ring_register(table, "deep", deeper, NULL));
	err = hdt_call_site(ring, deep, table, &ret, 0);
	note("too_deep", err ?: ret);
	note("bound_deep", BIND(deep));
	err = hdt_call_site(ring, deep, table, &ret, 0);
	note("too_deep_bound", err ?: ret);
}

/* A table goes with all in it; its successor of the same name is another. */
static void changes_tables(void)
{
	hdt_table_destroy(table);
	note("destroyed", call(table, 1));
	table = hdt_table_create("ring-site", NULL);
	note("successor", ring_register(table, "home", two, (void *)3));
	note("successor_answer", call(table, 1));
	msleep(300);
	note("bound_successor", BIND(home));
	note("successor_patched", call(table, 1));
}

static int ring_test(unsigned int calls)
{
	unsigned int i;

	if (calls > 1) {
		/* For who counts events. */
		nr_ran = 0;
		for (i = 0; i < calls; i++)
			call(table, i);
		note("bound", hdt_site_home.s.bound);
		note("ran", nr_ran);
		return 0;
	}
	follows_its_handler();
	is_checked();
	knows_where_it_is();
	changes_tables();
	return 0;
}

static int __init ring_site_init(void)
{
	table = hdt_table_create("ring-site", NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_site_init);

static void __exit ring_site_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_site_exit);

MODULE_DESCRIPTION("hdt ring: a fixed call site");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
