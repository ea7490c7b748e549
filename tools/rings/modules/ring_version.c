// SPDX-License-Identifier: GPL-2.0-only
/*
 * A counter in a handler's ctx, counted up from every CPU by compare-and-replace:
 * no two replacements of one version succeed, so that no count is lost.
 */
#include "test.h"

static bool any;
module_param(any, bool, 0400);
MODULE_PARM_DESC(any, "replace without comparing");

static struct hdt_table *table;

static int number(void *ctx, u32 arg)
{
	return (long)ctx;
}

static int count_up(bool may_wait)
{
	u64 version = hdt_version(table, "key");
	long n;
	int answer, err;

	err = ring_call(table, "key", &answer, 0);
	if (err)
		return err;
	n = answer + 1;
	if (!may_wait)
		rcu_read_lock();
	err = ring_replace(table, "key", any ? 0 : version, number, (void *)n);
	if (!may_wait)
		rcu_read_unlock();
	return err;
}

static int work(void *data)
{
	struct crew_member *me = data;

	while (!kthread_should_stop()) {
		int err = count_up(crew_random(me) % 8 == 0);

		crew_count(me, err);
		if (err && err != -ESTALE)
			crew_bad(me, err);
		cond_resched();
	}
	return 0;
}

static bool met(void)
{
	unsigned long ok = crew_ok();
	int n = 0;

	if (!any)
		return crew_refused(-ESTALE) && crew_least_ok();
	ring_call(table, "key", &n, 0);
	return ok > n + crew_size;
}

static int ring_test(unsigned int ms)
{
	int err = ring_register(table, "key", number, NULL), n = 0;

	err = err ?: crew_start(2, work);
	while (!err && test_goes_on(ms, met()))
		msleep(20);
	crew_stop();
	err = err ?: ring_call(table, "key", &n, 0);
	note("error", err);
	note("counted", n);
	note("lost", crew_ok() - n);
	note("stale", crew_refused(-ESTALE));
	note_crew();
	return hdt_unregister(table, "key");
}

static int __init ring_version_init(void)
{
	table = hdt_table_create("ring-version", NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_version_init);

static void __exit ring_version_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_version_exit);

MODULE_DESCRIPTION("hdt ring: compare and replace");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
