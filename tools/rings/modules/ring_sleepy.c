// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers that sleep: whatever removes one waits until it is left (G2), on
 * another CPU than the caller's; and what may not be done in a handler, or where
 * sleeping is not allowed.
 */
#include "test.h"

static struct hdt_table *table;
static atomic_t inside, entered;
static struct completion in_handler;

static int nap(void *ctx, u32 arg)
{
	atomic_inc(&inside);
	atomic_inc(&entered);
	complete(&in_handler);
	msleep(30);
	atomic_dec(&inside);
	return RING_ANSWER(arg);
}

static int quick(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static int removes_itself(void *ctx, u32 arg)
{
	int err = hdt_unregister(table, "self");

	return err == -EDEADLK ? hdt_unregister_async(table, "self") : -EBADMSG;
}

static int work(void *data)
{
	struct crew_member *me = data;

	while (!kthread_should_stop()) {
		u32 arg = crew_random(me);
		int answer = 0, err = ring_call(table, "nap", &answer, arg);

		crew_count(me, err);
		if (err ? err != -ENOENT : answer != RING_ANSWER(arg))
			crew_bad(me, err);
		cond_resched();
	}
	return 0;
}

static int unregister(void)
{
	return hdt_unregister(table, "nap");
}

static int unregister_all(void)
{
	return hdt_unregister_all(table, THIS_MODULE);
}

static int replace(void)
{
	return ring_replace(table, "nap", 0, quick, NULL);
}

/* Is the handler left, and not entered again, when @remove has returned? */
static void try(const char *name, int (*remove)(void))
{
	int err, still, more, before;

	err = ring_register(table, "nap", nap, NULL);
	reinit_completion(&in_handler);
	err = err ?: crew_start(1, work);
	wait_for_completion(&in_handler);
	err = err ?: remove();
	still = atomic_read(&inside);
	before = atomic_read(&entered);
	msleep(20);
	more = atomic_read(&entered) - before;
	/* The table may be another one by now. */
	crew_stop();
	hdt_unregister_all(table, THIS_MODULE);
	note(name, err ?: still || more ? -EBUSY : 0);
	note_crew();
}

static int ring_test(unsigned int ms)
{
	int answer = 0;

	try("unregister", unregister);
	try("unregister_all", unregister_all);
	try("replace", replace);
	note("register", ring_register(table, "self", removes_itself, NULL) ?:
			 ring_register(table, "quick", quick, NULL));
	note("self", ring_call(table, "self", &answer, 1));
	note("self_answer", answer);
	note("self_again", ring_call(table, "self", &answer, 1));
	preempt_disable();
	note("atomic", ring_call(table, "quick", &answer, 1));
	preempt_enable();
	note("process", ring_call(table, "quick", &answer, 1));
	return 0;
}

static int __init ring_sleepy_init(void)
{
	struct hdt_table_opts opts = { .sleepable = true };

	init_completion(&in_handler);
	table = hdt_table_create("ring-sleepy", &opts);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_sleepy_init);

static void __exit ring_sleepy_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_sleepy_exit);

MODULE_DESCRIPTION("hdt ring: handlers that sleep");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
