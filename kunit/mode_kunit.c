// SPDX-License-Identifier: GPL-2.0-only
/* Modes: how many callers may be inside of a handler. */
#include <linux/sched/signal.h>

#include "fixture.h"

static const struct hdt_opts exclusive = { .mode = HDT_EXCLUSIVE };
static const struct hdt_opts once = { .mode = HDT_ONCE };

/* A handler that calls a key of the same table, and keeps what that gave. */
struct caller {
	struct hdt_table *table;
	const char *key;
	long got;
	int nr_calls;
};

static struct caller *caller(struct kunit *test, const char *key)
{
	struct caller *caller = kunit_kzalloc(test, sizeof(*caller), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, caller);
	caller->table = fixture_class_table(test);
	caller->key = key;
	return caller;
}

static long call_on(void *ctx, long x)
{
	struct caller *caller = ctx;

	caller->nr_calls++;
	caller->got = by_key(caller->table, caller->key, x + 1);
	return x;
}

/* One more caller, in a thread. */
struct visit {
	struct hdt_table *table;
	long got;
};

static int visit(void *arg)
{
	struct visit *visit = arg;

	visit->got = by_key(visit->table, "key", 2);
	return 0;
}

static void exclusive_handler_one_call_after_the_other(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;
	int i;

	KUNIT_ASSERT_EQ(test, 0,
			num_register_opts(table, "key", fixture_double, NULL, &exclusive));
	handle = num_get(table, "key");
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_EQ_MSG(test, 2 * i, by_key(table, "key", i), "round %d", i);
		KUNIT_EXPECT_EQ_MSG(test, 2 * i, by_prepared(table, "key", i), "round %d", i);
		KUNIT_EXPECT_EQ_MSG(test, 2 * i, by_handle(table, handle, i), "round %d", i);
	}
}

static void exclusive_handler_calls_itself(struct kunit *test)
{
	struct caller *self = caller(test, "self");

	KUNIT_ASSERT_EQ(test, 0,
			num_register_opts(self->table, "self", call_on, self, &exclusive));
	KUNIT_EXPECT_EQ(test, 1, by_key(self->table, "self", 1));
	KUNIT_EXPECT_EQ(test, -EBUSY, self->got);
	/* The refused call did not let go of what the outer one held, nor keep it. */
	KUNIT_EXPECT_EQ(test, 5, by_key(self->table, "self", 5));
	KUNIT_EXPECT_EQ(test, 2, self->nr_calls);
}

static void exclusive_handler_calls_another(struct kunit *test)
{
	struct caller *one = caller(test, "two");

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(one->table, "one", call_on, one, &exclusive));
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(one->table, "two", fixture_double, NULL,
						   &exclusive));
	KUNIT_EXPECT_EQ(test, 1, by_key(one->table, "one", 1));
	KUNIT_EXPECT_EQ(test, 4, one->got);
}

static void busy_exclusive_handler_of_atomic_table(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct visit inside = { .table = table };
	struct fixture_thread *thread;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_stay, gate, &exclusive));
	thread = fixture_thread(test, visit, &inside);
	fixture_await_entry(test, gate);
	KUNIT_EXPECT_EQ(test, -EBUSY, by_key(table, "key", 1));
	complete_all(&gate->go);
	fixture_join(test, thread);
	KUNIT_EXPECT_EQ(test, 2, inside.got);
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "key", 1));
}

static void busy_exclusive_handler_of_sleepable_table(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct visit inside = { .table = table }, waiting = { .table = table };
	struct fixture_thread *first, *second;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_stay, gate, &exclusive));
	first = fixture_thread(test, visit, &inside);
	fixture_await_entry(test, gate);
	second = fixture_thread(test, visit, &waiting);
	KUNIT_EXPECT_FALSE(test, fixture_ended(second));
	KUNIT_EXPECT_FALSE(test, completion_done(&gate->entered));
	complete_all(&gate->go);
	fixture_join(test, first);
	fixture_join(test, second);
	KUNIT_EXPECT_EQ(test, 2, inside.got);
	KUNIT_EXPECT_EQ(test, 2, waiting.got);
	KUNIT_EXPECT_EQ(test, 2, gate->nr_left);
}

/* [G2] Who waits for a handler that is removed meanwhile does not enter it. */
static void exclusive_handler_removed_while_waiting(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct visit inside = { .table = table }, waiting = { .table = table };
	struct fixture_thread *first, *second;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_stay, gate, &exclusive));
	first = fixture_thread(test, visit, &inside);
	fixture_await_entry(test, gate);
	second = fixture_thread(test, visit, &waiting);
	KUNIT_EXPECT_FALSE(test, fixture_ended(second));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "key"));
	complete_all(&gate->go);
	fixture_join(test, first);
	fixture_join(test, second);
	KUNIT_EXPECT_EQ(test, 2, inside.got);
	KUNIT_EXPECT_EQ(test, -ENOENT, waiting.got);
	KUNIT_EXPECT_EQ(test, 1, gate->nr_left);
}

static int killed_visit(void *arg)
{
	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	visit(arg);
	disallow_signal(SIGKILL);
	flush_signals(current);
	return 0;
}

static void killed_while_waiting_for_exclusive_handler(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);
	struct fixture_gate *gate = fixture_gate(test, table);
	struct visit inside = { .table = table }, killed = { .table = table };
	struct fixture_thread *first, *second;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_stay, gate, &exclusive));
	first = fixture_thread(test, visit, &inside);
	fixture_await_entry(test, gate);
	second = fixture_thread(test, killed_visit, &killed);
	fixture_join(test, second);
	KUNIT_EXPECT_EQ(test, -EBUSY, killed.got);
	complete_all(&gate->go);
	fixture_join(test, first);
	KUNIT_EXPECT_EQ(test, 2, inside.got);
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "key", 1));
}

/*
 * The reaper takes a dead handler out of the table under the mutex. Whoever
 * holds it sees how the handler is refused before that.
 */
static void once_handler_taken_and_still_there(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct mutex *mutex = &to_registry(table)->mutex;
	long first, second, prepared, handled, get;
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	handle = num_get(table, "key");
	mutex_lock(mutex);
	first = by_key(table, "key", 1);
	second = by_key(table, "key", 1);
	prepared = by_prepared(table, "key", 1);
	handled = by_handle(table, handle, 1);
	get = hdt_handle_err(num_get(table, "key"));
	mutex_unlock(mutex);
	KUNIT_EXPECT_EQ(test, 2, first);
	KUNIT_EXPECT_EQ(test, -EALREADY, second);
	KUNIT_EXPECT_EQ(test, -EALREADY, prepared);
	KUNIT_EXPECT_EQ(test, -EALREADY, handled);
	KUNIT_EXPECT_EQ(test, -EALREADY, get);
}

/* [G5] A handle of who had the slot before is stale: it was not that one's turn. */
static void once_handler_taken_in_a_slot_that_had_another(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct mutex *mutex = &to_registry(table)->mutex;
	num_handle before, handle;
	long taken, stale;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	before = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	handle = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, (u32)before.h.raw, (u32)handle.h.raw);
	mutex_lock(mutex);
	taken = by_handle(table, handle, 1);
	stale = by_handle(table, before, 1);
	mutex_unlock(mutex);
	KUNIT_EXPECT_EQ(test, 2, taken);
	KUNIT_EXPECT_EQ(test, -ESTALE, stale);
}

static void once_handler_gone(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	handle = num_get(table, "key");
	KUNIT_EXPECT_EQ(test, 2, by_handle(table, handle, 1));
	fixture_reap(table);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void once_handler_calls_itself(struct kunit *test)
{
	struct caller *self = caller(test, "self");

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(self->table, "self", call_on, self, &once));
	KUNIT_EXPECT_EQ(test, 1, by_key(self->table, "self", 1));
	/* Which of the two depends on whether the reaper came in between. */
	KUNIT_EXPECT_TRUE(test, self->got == -EALREADY || self->got == -ENOENT);
	KUNIT_EXPECT_EQ(test, 1, self->nr_calls);
}

static void once_handler_s_key_is_free_at_once(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int i;

	for (i = 1; i < 10; i++) {
		KUNIT_ASSERT_EQ_MSG(test, 0, num_register_opts(table, "key", fixture_double, NULL,
							       &once), "round %d", i);
		KUNIT_EXPECT_EQ_MSG(test, 2 * i, by_key(table, "key", i), "round %d", i);
	}
}

static void once_handler_unregistered_unused(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
}

static void once_handler_cannot_be_unregistered_when_taken(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	KUNIT_ASSERT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_unregister(table, "key"));
}

/* A refused call does not use it up. */
static void once_handler_survives_refused_calls(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);
	struct module *owner = fixture(test)->owner;

	handler.opts = once;
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, owner));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, word_call(table, "key", NULL, ""));
	owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, -ENODEV, by_key(table, "key", 1));
	owner->state = MODULE_STATE_LIVE;
	KUNIT_EXPECT_EQ(test, 0, hdt_handle_err(num_get(table, "key")));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static struct kunit_case mode_cases[] = {
	KUNIT_CASE_PARAM(exclusive_handler_one_call_after_the_other, fixture_each_class),
	KUNIT_CASE_PARAM(exclusive_handler_calls_itself, fixture_each_class),
	KUNIT_CASE_PARAM(exclusive_handler_calls_another, fixture_each_class),
	KUNIT_CASE(busy_exclusive_handler_of_atomic_table),
	KUNIT_CASE(busy_exclusive_handler_of_sleepable_table),
	KUNIT_CASE(exclusive_handler_removed_while_waiting),
	KUNIT_CASE(killed_while_waiting_for_exclusive_handler),
	KUNIT_CASE_PARAM(once_handler_taken_and_still_there, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_taken_in_a_slot_that_had_another, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_gone, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_calls_itself, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_s_key_is_free_at_once, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_unregistered_unused, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_cannot_be_unregistered_when_taken, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_survives_refused_calls, fixture_each_class),
	{}
};

static struct kunit_suite mode_suite = {
	.name = "hdt_mode",
	.init = fixture_init,
	.test_cases = mode_cases,
};

kunit_test_suite(mode_suite);
