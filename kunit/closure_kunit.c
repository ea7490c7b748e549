// SPDX-License-Identifier: GPL-2.0-only
/* Closures: what is captured, and the release that runs once, whatever happens. */
#include <linux/sched.h>

#include "context.h"
#include "fixture.h"
#include "owner.h"

/* What a release leaves behind. Made before the table, whose end may release. */
struct record {
	int released;
	bool could_sleep;
	void *ctx;
};

/* The captured bytes, or what ctx points to. */
struct closure {
	struct record *record;
	struct hdt_table *table;
	long value;
};

static long value_of(void *ctx, long x)
{
	struct closure *closure = ctx;

	return closure->value + x;
}

static void release(void *ctx)
{
	struct closure *closure = ctx;
	struct record *record = closure->record;

	record->released++;
	record->could_sleep = hdt_may_sleep();
	record->ctx = ctx;
}

static struct record *record(struct kunit *test)
{
	struct record *record = kunit_kzalloc(test, sizeof(*record), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, record);
	return record;
}

/* A closure on the caller's stack is what capture is for. */
static int register_closure(struct hdt_table *table, struct record *record, num_fn fn,
			    enum hdt_mode mode, struct module *owner)
{
	struct closure closure = { .record = record, .table = table, .value = 100 };
	struct hdt_handler handler = num_handler("key", fn, NULL);

	handler.opts.mode = mode;
	handler.opts.capture = &closure;
	handler.opts.capture_size = sizeof(closure);
	handler.opts.release = release;
	return __hdt_register(table, &handler, 1, owner);
}

static void capture_is_a_copy(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct closure closure = { .value = 5 };
	struct hdt_opts opts = { .capture = &closure, .capture_size = sizeof(closure) };

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", value_of, NULL, &opts));
	closure.value = 1000;
	KUNIT_EXPECT_EQ(test, 7, by_key(table, "key", 2));
}

static void captures_of_two_handlers_are_apart(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct closure closure = { .value = 5 };
	struct hdt_opts opts = { .capture = &closure, .capture_size = sizeof(closure) };

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "five", value_of, NULL, &opts));
	closure.value = 6;
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "six", value_of, NULL, &opts));
	KUNIT_EXPECT_EQ(test, 5, by_key(table, "five", 0));
	KUNIT_EXPECT_EQ(test, 6, by_key(table, "six", 0));
}

/* Its bytes, and how ctx is aligned: in the value returned. */
static long sum_bytes(void *ctx, long len)
{
	long sum = 0, i;

	if (!IS_ALIGNED((unsigned long)ctx, sizeof(u64)))
		return -1;
	for (i = 0; i < len; i++)
		sum += ((u8 *)ctx)[i];
	return sum;
}

static void capture_of_any_size_is_aligned(struct kunit *test)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 8, 9, 17, 100, 4096, 10000 };
	struct hdt_table *table = fixture_class_table(test);
	u8 *bytes = kunit_kmalloc(test, 10001, GFP_KERNEL);
	struct hdt_opts opts = { };
	char key[8];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	memset(bytes, 3, 10001);
	opts.capture = bytes + 1;	/* the source need not be aligned */
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		opts.capture_size = sizes[i];
		snprintf(key, sizeof(key), "%zu", sizes[i]);
		KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, key, sum_bytes, NULL, &opts));
		KUNIT_EXPECT_EQ_MSG(test, 3 * sizes[i], by_key(table, key, sizes[i]), "size %zu",
				    sizes[i]);
	}
}

/* The ways in which a handler can go, from "key" in a table of either class. */
static void go_by_unregister(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 0, __hdt_unregister(table, "key", fixture(test)->owner));
}

static void go_by_async(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 0, __hdt_unregister_async(table, "key", fixture(test)->owner));
	fixture_reap(table);
}

static void go_by_async_with_interrupts_off(struct kunit *test, struct hdt_table *table)
{
	int err;

	local_irq_disable();
	err = __hdt_unregister_async(table, "key", fixture(test)->owner);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, 0, err);
	fixture_reap(table);
}

static void go_by_unregister_all(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, fixture(test)->owner));
}

static void go_by_destroy(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
}

static void go_by_replace(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, fixture_double, NULL));
}

static void go_by_replace_with_interrupts_off(struct kunit *test, struct hdt_table *table)
{
	int err;

	local_irq_disable();
	err = num_replace(table, "key", 0, fixture_double, NULL);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, 0, err);
	fixture_reap(table);
}

static void go_by_sweep(struct kunit *test, struct hdt_table *table)
{
	fixture(test)->owner->state = MODULE_STATE_GOING;
	hdt_owner_going(fixture(test)->owner);
}

static void go_by_being_called_once(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 101, by_key(table, "key", 1));
	fixture_reap(table);
}

static void go_by_unregister_after_once(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 101, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, fixture(test)->owner));
}

struct exit {
	const char *name;
	void (*go)(struct kunit *test, struct hdt_table *table);
	enum hdt_mode mode;
};

static const struct exit exits[] = {
	{ "unregister", go_by_unregister },
	{ "unregister_async", go_by_async },
	{ "unregister_async, interrupts off", go_by_async_with_interrupts_off },
	{ "unregister_all", go_by_unregister_all },
	{ "destroy", go_by_destroy },
	{ "replace", go_by_replace },
	{ "replace, interrupts off", go_by_replace_with_interrupts_off },
	{ "sweep", go_by_sweep },
	{ "once, taken", go_by_being_called_once, HDT_ONCE },
	{ "once, taken, then unregister_all", go_by_unregister_after_once, HDT_ONCE },
	{ "once, not taken", go_by_unregister, HDT_ONCE },
	{ "exclusive", go_by_unregister, HDT_EXCLUSIVE },
};

KUNIT_ARRAY_PARAM_DESC(exit, exits, name);

static void expect_one_release(struct kunit *test, struct hdt_table *table,
			       struct record *record_)
{
	const struct exit *exit = test->param_value;
	void *ctx;

	KUNIT_ASSERT_EQ(test, 0, register_closure(table, record_, value_of, exit->mode,
						  fixture(test)->owner));
	ctx = fixture_desc(test, table, "key")->ctx;
	exit->go(test, table);
	KUNIT_EXPECT_EQ(test, 1, record_->released);
	KUNIT_EXPECT_TRUE(test, record_->could_sleep);
	KUNIT_EXPECT_PTR_EQ(test, ctx, record_->ctx);
	hdt_unregister_all(table, NULL);
	fixture_reap(table);
	KUNIT_EXPECT_EQ(test, 1, record_->released);
}

static void release_runs_once_in_atomic_table(struct kunit *test)
{
	struct record *record_ = record(test);

	expect_one_release(test, fixture_table(test, NULL), record_);
}

static void release_runs_once_in_sleepable_table(struct kunit *test)
{
	struct record *record_ = record(test);

	expect_one_release(test, fixture_sleepable_table(test), record_);
}

static void release_of_plain_ctx(struct kunit *test)
{
	int *count = kunit_kzalloc(test, sizeof(*count), GFP_KERNEL);
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .release = fixture_release };

	KUNIT_ASSERT_NOT_NULL(test, count);
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, count, &opts));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, *count);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 1, *count);
}

/* A batch of three, each with a release, that fails in the second. */
struct failure {
	const char *name;
	int err;
	const char *key;			/* of the second handler */
	int mode;
	struct hdt_table_opts table;
	enum module_state state;
	bool dead;
};

static const struct failure failures[] = {
	{ "key taken", -EEXIST, "taken" },
	{ "key twice", -EEXIST, "first" },
	{ "empty key", -EINVAL, "" },
	{ "bad mode", -EINVAL, "second", .mode = 17 },
	{ "table full", -ENOSPC, "second", .table = { .max_handlers = 2 } },
	{ "owner goes", -ENODEV, "second", .state = MODULE_STATE_GOING },
	{ "table destroyed", -ENOENT, "second", .dead = true },
	{ "key taken, sleepable", -EEXIST, "taken", .table = { .sleepable = true } },
};

KUNIT_ARRAY_PARAM_DESC(failure, failures, name);

static void failed_batch_releases_each_once(struct kunit *test)
{
	const struct failure *failure = test->param_value;
	struct hdt_handler batch[3];
	struct closure closure[3];
	struct hdt_table *table;
	int i;

	for (i = 0; i < 3; i++)
		closure[i] = (struct closure){ .record = record(test) };
	table = fixture_table(test, &failure->table);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "taken", fixture_double, NULL));
	fixture(test)->owner->state = failure->state;
	if (failure->dead)
		KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	for (i = 0; i < 3; i++) {
		batch[i] = num_handler("first", value_of, NULL);
		batch[i].opts.capture = &closure[i];
		batch[i].opts.capture_size = sizeof(closure[i]);
		batch[i].opts.release = release;
	}
	batch[1].key = failure->key;
	batch[1].opts.mode = failure->mode;
	batch[2].key = "third";
	KUNIT_EXPECT_EQ(test, failure->err, __hdt_register(table, batch, 3, fixture(test)->owner));
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ_MSG(test, 1, closure[i].record->released, "handler %d", i);
	KUNIT_EXPECT_EQ(test, failure->dead ? 0 : 1, fixture_nr_handlers(table));
}

static void failed_replace_releases_the_new_one(struct kunit *test)
{
	struct record *old = record(test), *new = record(test);
	struct hdt_table *table = fixture_class_table(test);
	struct closure closure = { .record = new };
	struct hdt_handler handler = num_handler("key", value_of, NULL);

	KUNIT_ASSERT_EQ(test, 0, register_closure(table, old, value_of, HDT_SHARED, NULL));
	handler.opts.capture = &closure;
	handler.opts.capture_size = sizeof(closure);
	handler.opts.release = release;
	KUNIT_EXPECT_EQ(test, -ESTALE, __hdt_replace(table, &handler, 4711, NULL));
	KUNIT_EXPECT_EQ(test, 1, new->released);
	KUNIT_EXPECT_EQ(test, 0, old->released);
	KUNIT_EXPECT_EQ(test, 101, by_key(table, "key", 1));
}

/* A release may register, call and unregister; what waits for itself is refused. */
struct busy {
	struct hdt_table *table;
	int register_err, unregister_err, async_err;
	long called;
};

static void busy_release(void *ctx)
{
	struct busy *busy = ctx;

	busy->register_err = num_register(busy->table, "new", fixture_double, NULL);
	busy->called = by_key(busy->table, "new", 1);
	busy->unregister_err = hdt_unregister(busy->table, "new");
	busy->async_err = hdt_unregister_async(busy->table, "new");
}

static void release_uses_its_table(struct kunit *test)
{
	struct busy *busy = kunit_kzalloc(test, sizeof(*busy), GFP_KERNEL);
	struct hdt_opts opts = { .release = busy_release };

	KUNIT_ASSERT_NOT_NULL(test, busy);
	busy->table = fixture_class_table(test);
	KUNIT_ASSERT_EQ(test, 0,
			num_register_opts(busy->table, "key", fixture_double, busy, &opts));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(busy->table, "key"));
	KUNIT_EXPECT_EQ(test, 0, busy->register_err);
	KUNIT_EXPECT_EQ(test, 2, busy->called);
	KUNIT_EXPECT_EQ(test, -EDEADLK, busy->unregister_err);
	KUNIT_EXPECT_EQ(test, 0, busy->async_err);
	fixture_reap(busy->table);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(busy->table));
}

static struct hdt_table *failing_table;
static int nr_failed_released;

static long register_twice(void *ctx, long x)
{
	struct hdt_handler handlers[] = {
		num_handler("twice", fixture_double, &nr_failed_released),
		num_handler("twice", fixture_double, &nr_failed_released),
	};

	handlers[0].opts.release = fixture_release;
	handlers[1].opts.release = fixture_release;
	return hdt_register_all(failing_table, handlers);
}

/* In a handler nobody can wait for what a batch had put into the table: it comes later. */
static void batch_that_fails_inside_a_handler(struct kunit *test)
{
	failing_table = fixture_sleepable_table(test);
	nr_failed_released = 0;
	KUNIT_ASSERT_EQ(test, 0, num_register(failing_table, "key", register_twice, NULL));
	KUNIT_EXPECT_EQ(test, -EEXIST, by_key(failing_table, "key", 1));
	fixture_reap(failing_table);
	KUNIT_EXPECT_EQ(test, 2, nr_failed_released);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(failing_table, "twice", 1));
}

static struct kunit_case closure_cases[] = {
	KUNIT_CASE_PARAM(capture_is_a_copy, fixture_each_class),
	KUNIT_CASE_PARAM(captures_of_two_handlers_are_apart, fixture_each_class),
	KUNIT_CASE_PARAM(capture_of_any_size_is_aligned, fixture_each_class),
	KUNIT_CASE_PARAM(release_runs_once_in_atomic_table, exit_gen_params),
	KUNIT_CASE_PARAM(release_runs_once_in_sleepable_table, exit_gen_params),
	KUNIT_CASE_PARAM(release_of_plain_ctx, fixture_each_class),
	KUNIT_CASE_PARAM(failed_batch_releases_each_once, failure_gen_params),
	KUNIT_CASE_PARAM(failed_replace_releases_the_new_one, fixture_each_class),
	KUNIT_CASE_PARAM(release_uses_its_table, fixture_each_class),
	KUNIT_CASE(batch_that_fails_inside_a_handler),
	{}
};

static struct kunit_suite closure_suite = {
	.name = "hdt_closure",
	.init = fixture_init,
	.test_cases = closure_cases,
};

kunit_test_suite(closure_suite);
