// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two handlers replace each other under calls from every CPU. No call misses,
 * none runs the one's entry with the other's ctx (G1), and after a replacement
 * that waits none is in the old handler (G2).
 */
#include "test.h"

static bool sleepable;
module_param(sleepable, bool, 0400);

static bool torn;
module_param(torn, bool, 0400);
MODULE_PARM_DESC(torn, "register a pair that does not belong together");

static bool early;
module_param(early, bool, 0400);
MODULE_PARM_DESC(early, "take the old handler for gone before it is replaced");

static struct side {
	ring_fn fn;
	bool gone;	/* no call may be in it */
} side[2];

static struct hdt_table *table;
static struct hdt_key key;
static ring_handle handle;
static atomic_long_t mixed, late;

static __always_inline int serve(struct side *ctx, struct side *mine, u32 arg)
{
	if (ctx != mine)
		atomic_long_inc(&mixed);
	if (READ_ONCE(ctx->gone))
		atomic_long_inc(&late);
	if (sleepable && arg % 64 == 0)
		usleep_range(50, 100);
	else if (arg % 4 == 0)
		udelay(arg % 32);
	if (READ_ONCE(ctx->gone))
		atomic_long_inc(&late);
	return RING_ANSWER(arg);
}

static int left(void *ctx, u32 arg)
{
	return serve(ctx, &side[0], arg);
}

static int right(void *ctx, u32 arg)
{
	return serve(ctx, &side[1], arg);
}

static struct side side[2] = { { left }, { right } };

HDT_CALL_SITE(ring, the_key, "key");

static int work(void *data)
{
	struct crew_member *me = data;

	while (!kthread_should_stop()) {
		u32 arg = crew_random(me);
		int answer = 0, err;

		if (arg % 4 == 0)
			err = ring_call(table, "key", &answer, arg);
		else if (arg % 4 == 1)
			err = ring_call_key(table, &key, &answer, arg);
		else if (arg % 4 == 2)
			err = hdt_call_site(ring, the_key, table, &answer, arg);
		else
			err = ring_call_handle(table, handle, &answer, arg);
		crew_count(me, err);
		if (err || answer != RING_ANSWER(arg))
			crew_bad(me, err);
		if (arg % 32 == 0)
			cond_resched();
	}
	return 0;
}

static int replace_by(struct side *new, struct side *old, u64 version, bool may_wait)
{
	int err;

	WRITE_ONCE(new->gone, false);
	if (early)
		WRITE_ONCE(old->gone, true);
	if (!may_wait)
		rcu_read_lock();
	err = ring_replace(table, "key", version, new->fn, torn ? old : new);
	if (!may_wait)
		rcu_read_unlock();
	else if (!err)
		WRITE_ONCE(old->gone, true);	/* G2 */
	return err;
}

static bool met(void)
{
	if (early)
		return atomic_long_read(&late);
	return !torn || atomic_long_read(&mixed);
}

static int ring_test(unsigned int ms)
{
	unsigned long replaced = 0, stale = 0;
	int err;

	err = ring_register(table, "key", left, &side[0]);
	hdt_key_init(&key, "key", 3);
	handle = ring_get(table, "key");
	err = err ?: crew_start(1, work);
	while (!err && test_goes_on(ms, replaced > 8 && crew_least_ok() && met())) {
		struct side *old = &side[replaced & 1], *new = &side[!(replaced & 1)];
		u64 version = hdt_version(table, "key");

		err = replace_by(new, old, version, replaced % 4 != 3);
		/* It is over. */
		stale += ring_replace(table, "key", version, old->fn, old) == -ESTALE;
		replaced++;
	}
	crew_stop();
	note("error", err);
	note("replaced", replaced);
	note("accepted", replaced - stale);
	note("mixed", atomic_long_read(&mixed));
	note("late", atomic_long_read(&late));
	note_crew();
	return hdt_unregister_all(table, THIS_MODULE);
}

static int __init ring_replace_init(void)
{
	struct hdt_table_opts opts = { .sleepable = sleepable };

	table = hdt_table_create("ring-replace", &opts);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_replace_init);

static void __exit ring_replace_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_replace_exit);

MODULE_DESCRIPTION("hdt ring: replacing under traffic");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
