// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removal: who may, who waits, for what, and who would wait for itself. Calls
 * that are in progress are threads that stay inside a handler until let go.
 */
#include "fixture.h"
#include "owner.h"
#include "reaper.h"

/* What a thread is told to do to a table, and what that gave. */
struct job {
	struct hdt_table *table;
	struct fixture_gate *gate;
	long got;
	int nr_left;			/* calls that had ended when the job had */
};

static int call_key(void *arg)
{
	struct job *job = arg;

	job->got = by_key(job->table, "key", 5);
	return 0;
}

static int unregister_key(void *arg)
{
	struct job *job = arg;

	job->got = hdt_unregister(job->table, "key");
	job->nr_left = READ_ONCE(job->gate->nr_left);
	return 0;
}

static int unregister_all(void *arg)
{
	struct job *job = arg;

	job->got = hdt_unregister_all(job->table, NULL);
	job->nr_left = READ_ONCE(job->gate->nr_left);
	return 0;
}

static int destroy(void *arg)
{
	struct job *job = arg;

	job->got = hdt_table_destroy(job->table);
	job->nr_left = READ_ONCE(job->gate->nr_left);
	return 0;
}

static int replace_key(void *arg)
{
	struct job *job = arg;

	job->got = num_replace(job->table, "key", 0, fixture_double, NULL);
	job->nr_left = READ_ONCE(job->gate->nr_left);
	return 0;
}

struct waiter {
	const char *name;
	int (*run)(void *arg);
	bool sleepable;
	long meanwhile;			/* what a call gives while it waits */
};

static const struct waiter waiters[] = {
	{ "unregister, atomic", unregister_key, false, -ENOENT },
	{ "unregister, sleepable", unregister_key, true, -ENOENT },
	{ "unregister_all, atomic", unregister_all, false, -ENOENT },
	{ "unregister_all, sleepable", unregister_all, true, -ENOENT },
	{ "destroy, atomic", destroy, false, -ENOENT },
	{ "destroy, sleepable", destroy, true, -ENOENT },
	{ "replace, atomic", replace_key, false, 14 },
	{ "replace, sleepable", replace_key, true, 14 },
};

KUNIT_ARRAY_PARAM_DESC(waiter, waiters, name);

/* [G2] */
static void waits_for_the_call_that_runs(struct kunit *test)
{
	const struct waiter *waiter = test->param_value;
	struct hdt_table_opts opts = { .sleepable = waiter->sleepable };
	struct hdt_table *table = fixture_table(test, &opts);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct job call = { .table = table }, removal = { .table = table, .gate = gate };
	struct fixture_thread *caller, *remover;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_stay, gate));
	caller = fixture_thread(test, call_key, &call);
	fixture_await_entry(test, gate);
	remover = fixture_thread(test, waiter->run, &removal);
	KUNIT_EXPECT_FALSE(test, fixture_ended(remover));
	KUNIT_EXPECT_EQ(test, waiter->meanwhile, by_key(table, "key", 7));
	complete_all(&gate->go);
	fixture_join(test, caller);
	fixture_join(test, remover);
	KUNIT_EXPECT_EQ(test, 5, call.got);
	KUNIT_EXPECT_EQ(test, 0, removal.got);
	KUNIT_EXPECT_EQ(test, 1, removal.nr_left);
}

/* [G3] The call goes on, in a handler that is gone for everybody else. */
static void async_does_not_wait(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct job call = { .table = table };
	struct fixture_thread *caller;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_stay, gate));
	caller = fixture_thread(test, call_key, &call);
	fixture_await_entry(test, gate);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, gate->nr_left);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	/* The key is free, the call of the old handler notwithstanding. */
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	complete_all(&gate->go);
	fixture_join(test, caller);
	KUNIT_EXPECT_EQ(test, 5, call.got);
}

/* An SRCU table does not wait for the calls of another one. */
static void unregister_does_not_wait_for_other_tables(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);
	struct hdt_table *other = fixture_sleepable_table(test);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct job call = { .table = table }, removal = { .table = other, .gate = gate };
	struct fixture_thread *caller, *remover;

	if (IS_ENABLED(CONFIG_TASKS_TRACE_RCU))
		kunit_skip(test, "RCU Tasks Trace is one domain");
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_stay, gate));
	KUNIT_ASSERT_EQ(test, 0, num_register(other, "key", fixture_double, NULL));
	caller = fixture_thread(test, call_key, &call);
	fixture_await_entry(test, gate);
	remover = fixture_thread(test, unregister_key, &removal);
	fixture_join(test, remover);
	KUNIT_EXPECT_EQ(test, 0, removal.got);
	KUNIT_EXPECT_EQ(test, 0, removal.nr_left);
	complete_all(&gate->go);
	fixture_join(test, caller);
}

/* What a handler that runs in @run tries on @on. */
struct attempt {
	struct hdt_table *run, *on;
	int depth;
	int unregister, unregister_all, destroy, async;
};

static long try_removals(void *ctx, long x)
{
	struct attempt *attempt = ctx;

	if (--attempt->depth > 0)
		return by_key(attempt->run, "self", x);
	attempt->unregister = hdt_unregister(attempt->on, "victim");
	attempt->unregister_all = hdt_unregister_all(attempt->on, NULL);
	attempt->destroy = hdt_table_destroy(attempt->on);
	attempt->async = hdt_unregister_async(attempt->on, "victim");
	return x;
}

static struct attempt *attempt(struct kunit *test, struct hdt_table *run, struct hdt_table *on,
			       int depth)
{
	struct attempt *attempt = kunit_kzalloc(test, sizeof(*attempt), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, attempt);
	*attempt = (struct attempt){ .run = run, .on = on, .depth = depth };
	KUNIT_ASSERT_EQ(test, 0, num_register(run, "self", try_removals, attempt));
	KUNIT_ASSERT_EQ(test, 0, num_register(on, "victim", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 1, by_key(run, "self", 1));
	return attempt;
}

static void expect_deadlock(struct kunit *test, const struct attempt *attempt)
{
	KUNIT_EXPECT_EQ(test, -EDEADLK, attempt->unregister);
	KUNIT_EXPECT_EQ(test, -EDEADLK, attempt->unregister_all);
	KUNIT_EXPECT_EQ(test, -EDEADLK, attempt->destroy);
	KUNIT_EXPECT_EQ(test, 0, attempt->async);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(attempt->on, "victim", 1));
	KUNIT_EXPECT_EQ(test, 3, fixture_faults(attempt->on, HDT_DEADLOCK));
}

static void waiting_from_inside_a_handler(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	expect_deadlock(test, attempt(test, table, table, 1));
}

static void waiting_from_five_calls_deep(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	expect_deadlock(test, attempt(test, table, table, 5));
}

/* An atomic handler must not wait at all, whatever it would wait for. */
static void waiting_for_any_table_from_atomic_handler(struct kunit *test)
{
	struct hdt_table *on = fixture_class_table(test);

	expect_deadlock(test, attempt(test, fixture_table(test, NULL), on, 1));
}

/* A sleepable handler waits for an atomic table, as anybody may. */
static void waiting_for_atomic_table_from_sleepable_handler(struct kunit *test)
{
	struct hdt_table *on = fixture_table(test, NULL);
	struct attempt *a = attempt(test, fixture_sleepable_table(test), on, 1);

	KUNIT_EXPECT_EQ(test, 0, a->unregister);
	KUNIT_EXPECT_EQ(test, 0, a->unregister_all);
	KUNIT_EXPECT_EQ(test, 0, a->destroy);
	KUNIT_EXPECT_EQ(test, -ENOENT, a->async);
}

/* Two handlers that waited for each other's tables would wait for ever. */
static void waiting_for_other_sleepable_table_from_handler(struct kunit *test)
{
	struct hdt_table *on = fixture_sleepable_table(test);

	expect_deadlock(test, attempt(test, fixture_sleepable_table(test), on, 1));
}

/* After the call, its frame's remains on the stack do not count. */
static void waiting_after_a_call(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	expect_deadlock(test, attempt(test, table, table, 5));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "victim", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "victim"));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
}

static long unregister_self(void *ctx, long x)
{
	struct job *job = ctx;

	job->got = hdt_unregister_async(job->table, "key");
	return x;
}

static void async_of_the_handler_itself(struct kunit *test)
{
	struct job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->table = fixture_class_table(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(job->table, "key", unregister_self, job));
	KUNIT_EXPECT_EQ(test, 1, by_key(job->table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, job->got);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(job->table, "key", 1));
	fixture_reap(job->table);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(job->table));
}

static void waiting_where_sleeping_is_not_allowed(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int unregister, all, destroyed, async;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	local_irq_disable();
	unregister = hdt_unregister(table, "key");
	all = hdt_unregister_all(table, NULL);
	destroyed = hdt_table_destroy(table);
	async = hdt_unregister_async(table, "key");
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, unregister);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, all);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, destroyed);
	KUNIT_EXPECT_EQ(test, 0, async);
}

static void nothing_changes_in_an_nmi(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int async, replaced;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	local_irq_disable();
	preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET);
	async = hdt_unregister_async(table, "key");
	replaced = num_replace(table, "key", 0, fixture_triple, NULL);
	preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, async);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, replaced);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void unregister_of_bad_key_or_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	char *key = kunit_kzalloc(test, HDT_KEY_MAX + 2, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, key);
	memset(key, 'k', HDT_KEY_MAX + 1);
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister(table, ""));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister(table, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister_async(table, NULL));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, hdt_unregister(table, key));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, hdt_unregister_async(table, key));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister(NULL, "key"));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister_async(ERR_PTR(-ENOENT), "key"));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_unregister_all(NULL, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_table_destroy(NULL));
}

static void unregister_twice(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, NULL));
}

/* [G5] A table made where one was before is another: its handles are its own. */
static void handle_of_a_destroyed_table_fails_in_its_successor(struct kunit *test)
{
	struct hdt_table *table, *before = NULL;
	num_handle handle = { };
	int i;

	for (i = 0; i < 100; i++) {
		table = hdt_table_create("kunit-successor", NULL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
		KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
		if (table == before)
			KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
		before = table;
		handle = num_get(table, "key");
		KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
		flush_workqueue(hdt_workqueue);
	}
}

static struct kunit_case remove_cases[] = {
	KUNIT_CASE_PARAM(waits_for_the_call_that_runs, waiter_gen_params),
	KUNIT_CASE_PARAM(async_does_not_wait, fixture_each_class),
	KUNIT_CASE(unregister_does_not_wait_for_other_tables),
	KUNIT_CASE_PARAM(waiting_from_inside_a_handler, fixture_each_class),
	KUNIT_CASE_PARAM(waiting_from_five_calls_deep, fixture_each_class),
	KUNIT_CASE_PARAM(waiting_for_any_table_from_atomic_handler, fixture_each_class),
	KUNIT_CASE(waiting_for_atomic_table_from_sleepable_handler),
	KUNIT_CASE(waiting_for_other_sleepable_table_from_handler),
	KUNIT_CASE_PARAM(waiting_after_a_call, fixture_each_class),
	KUNIT_CASE_PARAM(async_of_the_handler_itself, fixture_each_class),
	KUNIT_CASE_PARAM(waiting_where_sleeping_is_not_allowed, fixture_each_class),
	KUNIT_CASE_PARAM(nothing_changes_in_an_nmi, fixture_each_class),
	KUNIT_CASE_PARAM(unregister_of_bad_key_or_table, fixture_each_class),
	KUNIT_CASE_PARAM(unregister_twice, fixture_each_class),
	KUNIT_CASE(handle_of_a_destroyed_table_fails_in_its_successor),
	{}
};

static struct kunit_suite remove_suite = {
	.name = "hdt_remove",
	.init = fixture_init,
	.test_cases = remove_cases,
};

kunit_test_suite(remove_suite);
