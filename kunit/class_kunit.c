// SPDX-License-Identifier: GPL-2.0-only
/*
 * Class discipline: what a handler of an atomic table must not do is reported by
 * the kernel's own debug facilities, where they are on; hdt adds nothing to be
 * relied on instead. What a caller must not do is hdt's to refuse: see
 * refusal_kunit.c.
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <trace/events/printk.h>

#include "fixture.h"

static atomic_t complaints;

static void probe_console(void *unused, const char *text, size_t len)
{
	if (strnstr(text, "sleeping function called from invalid context", len))
		atomic_inc(&complaints);
}

static int sleeps(void *ctx, int value)
{
	might_sleep();
	return value;
}

HDT_SIGNATURE(sleepy, int, int, value)

/* The complaints about a handler that might sleep. */
static int complaints_in(struct kunit *test, const struct hdt_table_opts *opts)
{
	struct hdt_table *table = fixture_table(test, opts);
	int ret = 0;

	KUNIT_ASSERT_EQ(test, 0, sleepy_register(table, "sleeps", sleeps, NULL));
	atomic_set(&complaints, 0);
	KUNIT_ASSERT_EQ(test, 0, register_trace_console(probe_console, NULL));
	KUNIT_EXPECT_EQ(test, 0, sleepy_call(table, "sleeps", &ret, 7));
	unregister_trace_console(probe_console, NULL);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_EQ(test, 7, ret);
	return atomic_read(&complaints);
}

static void sleeping_in_an_atomic_table_is_reported(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP))
		kunit_skip(test, "needs CONFIG_DEBUG_ATOMIC_SLEEP");
	KUNIT_EXPECT_EQ(test, 1, complaints_in(test, NULL));
}

static void sleeping_in_a_sleepable_table_is_not(struct kunit *test)
{
	const struct hdt_table_opts opts = { .sleepable = true };

	KUNIT_EXPECT_EQ(test, 0, complaints_in(test, &opts));
}

static struct kunit_case class_cases[] = {
	KUNIT_CASE(sleeping_in_an_atomic_table_is_reported),
	KUNIT_CASE(sleeping_in_a_sleepable_table_is_not),
	{}
};

static struct kunit_suite class_suite = {
	.name = "hdt_class",
	.test_cases = class_cases,
};

kunit_test_suite(class_suite);

MODULE_LICENSE("GPL");
