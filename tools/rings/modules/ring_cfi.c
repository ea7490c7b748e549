// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wrong type, twice: through hdt, which refuses it, and past hdt, by a pointer
 * that was cast. The second is made in a thread of its own, which does not
 * survive it on a kernel that checks indirect calls.
 */
#include <linux/kthread.h>

#include "test.h"

/* Not what ring.h has. */
HDT_SIGNATURE(wide, int, u64, arg)

typedef int (*wide_call_t)(void *ctx, u64 arg);

static int narrow(void *ctx, u32 arg)
{
	return arg;
}

static bool reached, survived;

static int bypass(void *unused)
{
	/* Out of the compiler's sight, so that it calls what it is told. */
	wide_call_t fn = (wide_call_t)(void *)narrow;

	OPTIMIZER_HIDE_VAR(fn);
	WRITE_ONCE(reached, true);
	fn(NULL, 1);
	WRITE_ONCE(survived, true);
	return 0;
}

static int start_bypass(void)
{
	struct task_struct *task = kthread_run(bypass, NULL, "ring_cfi");
	int tries;

	if (IS_ERR(task))
		return PTR_ERR(task);
	for (tries = 0; tries < 100 && !READ_ONCE(survived); tries++)
		msleep(20);
	note("reached", READ_ONCE(reached));
	note("survived", READ_ONCE(survived));
	return 0;
}

/* 0: through hdt, 1: past it */
static int ring_test(unsigned int past)
{
	struct hdt_table *table;
	ring_handle handle;
	int answer = 0;

	if (past)
		return start_bypass();
	table = hdt_table_get("ring");
	handle = ring_get(table, "alpha");
	note("key", wide_call(table, "alpha", NULL, 1));
	note("handle", wide_call_handle(table, (wide_handle){ .h = handle.h }, NULL, 1));
	note("right", ring_call(table, "alpha", &answer, 1));
	note("answer", answer == RING_ANSWER(1));
	hdt_table_put(table);
	return 0;
}

static int __init ring_cfi_init(void)
{
	return 0;
}
module_init(ring_cfi_init);

static void __exit ring_cfi_exit(void)
{
}
module_exit(ring_cfi_exit);

MODULE_DESCRIPTION("hdt ring: a call of the wrong type, through hdt and past it");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
