// SPDX-License-Identifier: GPL-2.0-only
/* Callers on every CPU of an exclusive handler: never two inside. */
#include "test.h"

static bool sleepable;
module_param(sleepable, bool, 0400);

static bool shared;
module_param(shared, bool, 0400);
MODULE_PARM_DESC(shared, "register an ordinary handler, in which many are");

static struct hdt_table *table;
static atomic_t inside;
static atomic_long_t overlaps;
static unsigned long entered;	/* plain: what exclusion has to protect */

static int exclusive(void *ctx, u32 arg)
{
	unsigned long before = READ_ONCE(entered);

	if (atomic_inc_return(&inside) != 1)
		atomic_long_inc(&overlaps);
	if (sleepable && arg % 8 == 0)
		usleep_range(50, 100);
	else
		udelay(arg % 16);
	WRITE_ONCE(entered, before + 1);
	atomic_dec(&inside);
	return RING_ANSWER(arg);
}

static int work(void *data)
{
	struct crew_member *me = data;
	ring_handle handle = ring_get(table, "key");

	while (!kthread_should_stop()) {
		u32 arg = crew_random(me);
		int answer = 0, err;

		if (arg & 0x1000)
			err = ring_call(table, "key", &answer, arg);
		else
			err = ring_call_handle(table, handle, &answer, arg);
		crew_count(me, err);
		if (err ? sleepable || err != -EBUSY : answer != RING_ANSWER(arg))
			crew_bad(me, err);
		cond_resched();
	}
	return 0;
}

static bool met(void)
{
	if (shared)
		return atomic_long_read(&overlaps);
	return crew_least_ok() && (sleepable || crew_refused(-EBUSY));
}

static int ring_test(unsigned int ms)
{
	const struct hdt_opts opts = { .mode = shared ? HDT_SHARED : HDT_EXCLUSIVE };
	int err = ring_register_opts(table, "key", exclusive, NULL, &opts);

	err = err ?: crew_start(2, work);
	while (!err && test_goes_on(ms, met()))
		msleep(20);
	crew_stop();
	note("error", err);
	note("busy", crew_refused(-EBUSY));
	note("overlaps", atomic_long_read(&overlaps));
	note("missed", crew_ok() - entered);
	note_crew();
	return hdt_unregister(table, "key");
}

static int __init ring_exclusive_init(void)
{
	struct hdt_table_opts opts = { .sleepable = sleepable };

	table = hdt_table_create("ring-exclusive", &opts);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_exclusive_init);

static void __exit ring_exclusive_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_exclusive_exit);

MODULE_DESCRIPTION("hdt ring: exclusive handlers");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
