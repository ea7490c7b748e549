// SPDX-License-Identifier: GPL-2.0-only
/* Calls that are refused: stale and forged handles, modes, contexts, stack, owners. */
#include <linux/bottom_half.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "context.h"
#include "fixture.h"

static int ran;

static long count(void *ctx, long x)
{
	return ++ran;
}

static void handle_after_unregister(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	handle = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
}

/* [G5] The slot has another tenant; the old handle does not lead to it. */
static void handle_after_key_was_registered_again(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle old, new;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	old = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_triple, NULL));
	new = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, (u32)old.h.raw, (u32)new.h.raw);
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, old, 1));
	KUNIT_EXPECT_EQ(test, 3, by_handle(table, new, 1));
}

static void handle_of_other_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test), *other = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(other, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, num_get(other, "key"), 1));
}

static void handle_of_other_signature(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, word_register(table, "key", fixture_word, NULL));
	handle.h = word_get(table, "key").h;
	KUNIT_ASSERT_EQ(test, 0, hdt_handle_err(handle));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, by_handle(table, handle, 1));
}

static void error_handle_repeats_its_errno(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;
	int err;

	for (err = -1; err >= -MAX_ERRNO; err--) {
		handle.h = __hdt_handle_of_err(err);
		KUNIT_EXPECT_EQ_MSG(test, err, hdt_handle_err(handle), "errno %d", err);
		KUNIT_EXPECT_EQ_MSG(test, err, by_handle(table, handle, 1), "errno %d", err);
	}
	handle = num_get(table, "unknown");
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_handle_err(handle));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_handle_err(num_get(table, "")));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_handle_err(num_get(table, NULL)));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_handle_err(num_get(NULL, "key")));
}

/* [G5] Each bit counts. */
static void handle_with_one_bit_flipped(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;
	char key[4];
	int i, bit;

	ran = 0;
	for (i = 0; i < 40; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, count, NULL));
	}
	for (bit = 0; bit < 64; bit++) {
		handle = num_get(table, "20");
		handle.h.raw ^= 1ULL << bit;
		KUNIT_EXPECT_EQ_MSG(test, -ESTALE, by_handle(table, handle, 1), "bit %d", bit);
	}
	KUNIT_EXPECT_EQ(test, 0, ran);
}

/* [G5] Half of them name a slot that is in use. */
static void forged_handles_never_call(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int i, refused = 0;
	num_handle handle;
	char key[4];

	ran = 0;
	for (i = 0; i < 64; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, count, NULL));
	}
	for (i = 0; i < 100000; i++) {
		handle.h.raw = get_random_u64();
		if (i % 2)
			handle.h.raw &= ~0xffffffc0ULL;
		refused += by_handle(table, handle, 1) < 0;
	}
	KUNIT_EXPECT_EQ(test, 100000, refused);
	KUNIT_EXPECT_EQ(test, 0, ran);
}

static void zero_handle(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, (num_handle){ }, 1));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, (num_handle){ }, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, by_handle(NULL, (num_handle){ }, 1));
}

/* A struct hdt_key that hdt_key_init() did not make. */
static void prepared_key_that_is_none(struct kunit *test)
{
	static const char bytes[HDT_KEY_MAX + 1] = "key";	/* the report shows most of them */
	struct hdt_table *table = fixture_class_table(test);
	const struct hdt_key empty = { }, too_long = { .bytes = bytes, .len = sizeof(bytes) };

	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_handle_err(num_get_key(table, NULL)));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_handle_err(num_get_key(table, &empty)));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, hdt_handle_err(num_get_key(table, &too_long)));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_key(table, NULL, NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_key(table, &empty, NULL, 1));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, num_call_key(table, &too_long, NULL, 1));
}

/* [G7] Nobody enters a module that has begun to go, not even by a handle. */
static void owner_that_goes(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);
	struct module *owner = fixture(test)->owner;
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, owner));
	handle = num_get(table, "key");
	owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, -ENODEV, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ENODEV, by_prepared(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ENODEV, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, -ENODEV, hdt_handle_err(num_get(table, "key")));
	/* As when init fails after it registered, or is still running. */
	owner->state = MODULE_STATE_COMING;
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	owner->state = MODULE_STATE_LIVE;
	KUNIT_EXPECT_EQ(test, 2, by_handle(table, handle, 1));
}

/* Which contexts a sleepable table refuses, and whether the kernel can tell. */
struct context {
	const char *name;
	void (*enter)(void);
	void (*leave)(void);
	bool told;
	bool atomic_refuses;
};

static void irq_off(void)
{
	local_irq_disable();
}

static void irq_on(void)
{
	local_irq_enable();
}

static void preempt_off(void)
{
	preempt_disable();
}

static void preempt_on(void)
{
	preempt_enable();
}

static void bh_off(void)
{
	local_bh_disable();
}

static void bh_on(void)
{
	local_bh_enable();
}

static void rcu_lock(void)
{
	rcu_read_lock();
	__release(RCU);
}

static void rcu_unlock(void)
{
	__acquire(RCU);
	rcu_read_unlock();
}

static void hardirq_enter(void)
{
	local_irq_disable();
	preempt_count_add(HARDIRQ_OFFSET);
}

static void hardirq_leave(void)
{
	preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_enable();
}

static void nmi_enter_(void)
{
	local_irq_disable();
	preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET);
}

static void nmi_leave(void)
{
	preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET);
	local_irq_enable();
}

static const struct context contexts[] = {
	{ "interrupts off", irq_off, irq_on, true },
	{ "preemption off", preempt_off, preempt_on, IS_ENABLED(CONFIG_PREEMPT_COUNT) },
	{ "softirqs off", bh_off, bh_on, IS_ENABLED(CONFIG_PREEMPT_COUNT) },
	{ "in an RCU reader", rcu_lock, rcu_unlock, IS_ENABLED(CONFIG_PREEMPT_RCU) },
	{ "in a hardirq", hardirq_enter, hardirq_leave, true },
	{ "in an NMI", nmi_enter_, nmi_leave, true, true },
};

KUNIT_ARRAY_PARAM_DESC(context, contexts, name);

struct answers {
	long key, prepared, handle, get;
};

static struct answers ask(struct hdt_table *table, num_handle handle,
			  const struct context *context)
{
	struct answers answers;

	context->enter();
	answers.key = by_key(table, "key", 1);
	answers.prepared = by_prepared(table, "key", 1);
	answers.handle = by_handle(table, handle, 1);
	answers.get = hdt_handle_err(num_get(table, "key"));
	context->leave();
	return answers;
}

static void sleepable_table_in_context(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);
	const struct context *context = test->param_value;
	struct answers answers;

	if (!context->told)
		kunit_skip(test, "this kernel does not count it");
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	answers = ask(table, num_get(table, "key"), context);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, answers.key);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, answers.prepared);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, answers.handle);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void atomic_table_in_context(struct kunit *test)
{
	const struct context *context = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct answers answers;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	answers = ask(table, num_get(table, "key"), context);
	KUNIT_EXPECT_EQ(test, context->atomic_refuses ? -EOPNOTSUPP : 2, answers.key);
	KUNIT_EXPECT_EQ(test, context->atomic_refuses ? -EOPNOTSUPP : 2, answers.prepared);
	KUNIT_EXPECT_EQ(test, context->atomic_refuses ? -EOPNOTSUPP : 2, answers.handle);
	KUNIT_EXPECT_EQ(test, context->atomic_refuses ? -EOPNOTSUPP : 0, answers.get);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

/* No stack has the budget left that is the largest there is. */
#define LARGEST_BUDGET	(255 * HDT_STACK_UNIT - HDT_STACK_RESERVE)

static void handler_that_wants_a_whole_stack(struct kunit *test)
{
	struct hdt_opts opts = { .stack_bytes = LARGEST_BUDGET };
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	if (THREAD_SIZE > 256 * HDT_STACK_UNIT)
		kunit_skip(test, "stacks are larger than the largest budget");
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &opts));
	KUNIT_EXPECT_EQ(test, -EOVERFLOW, by_key(table, "key", 1));
	handle.h.raw = fixture_desc(test, table, "key")->handle;
	KUNIT_EXPECT_EQ(test, -EOVERFLOW, by_handle(table, handle, 1));
}

struct pair {
	struct hdt_table *table;
	unsigned long least;		/* stack that was left */
	int depth;
	int err;
};

/* With a large frame: lockdep gives up where a task is in more than 48 calls. */
static noinline int call_other(struct pair *pair, long x, long *ret)
{
	char frame[256];
	int err;

	barrier_data(frame);
	err = num_call(pair->table, x % 2 ? "ping" : "pong", ret, x + 1);
	barrier_data(frame);
	return err;
}

/* Two handlers that call each other until one is refused. */
static long ping(void *ctx, long x)
{
	struct pair *pair = ctx;
	long ret;
	int err;

	pair->depth++;
	pair->least = min(pair->least, hdt_stack_left());
	err = call_other(pair, x, &ret);
	if (err)
		pair->err = err;
	return x;
}

/*
 * The budget leaves room for the refusal's report and an interrupt in the midst
 * of it: UML's signal frames, on this stack, are larger than HDT_STACK_RESERVE.
 */
static void recursion_that_does_not_end(struct kunit *test)
{
	struct pair *pair = kunit_kzalloc(test, sizeof(*pair), GFP_KERNEL);
	struct hdt_opts opts = { .stack_bytes = min(THREAD_SIZE / 2, LARGEST_BUDGET) };

	KUNIT_ASSERT_NOT_NULL(test, pair);
	pair->table = fixture_class_table(test);
	pair->least = ULONG_MAX;
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(pair->table, "ping", ping, pair, &opts));
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(pair->table, "pong", ping, pair, &opts));
	KUNIT_EXPECT_EQ(test, 1, by_key(pair->table, "ping", 1));
	KUNIT_EXPECT_EQ(test, -EOVERFLOW, pair->err);
	KUNIT_EXPECT_GT(test, pair->depth, 2);
	/* Within a handler's own frame of what it asked for. */
	KUNIT_EXPECT_GT(test, pair->least, opts.stack_bytes);
}

static void destroyed_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	handle = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_prepared(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_new_handle(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
}

static struct kunit_case refusal_cases[] = {
	KUNIT_CASE_PARAM(handle_after_unregister, fixture_each_class),
	KUNIT_CASE_PARAM(handle_after_key_was_registered_again, fixture_each_class),
	KUNIT_CASE_PARAM(handle_of_other_table, fixture_each_class),
	KUNIT_CASE_PARAM(handle_of_other_signature, fixture_each_class),
	KUNIT_CASE_PARAM(error_handle_repeats_its_errno, fixture_each_class),
	KUNIT_CASE_PARAM(handle_with_one_bit_flipped, fixture_each_class),
	KUNIT_CASE_PARAM(forged_handles_never_call, fixture_each_class),
	KUNIT_CASE_PARAM(zero_handle, fixture_each_class),
	KUNIT_CASE_PARAM(prepared_key_that_is_none, fixture_each_class),
	KUNIT_CASE_PARAM(owner_that_goes, fixture_each_class),
	KUNIT_CASE_PARAM(sleepable_table_in_context, context_gen_params),
	KUNIT_CASE_PARAM(atomic_table_in_context, context_gen_params),
	KUNIT_CASE_PARAM(handler_that_wants_a_whole_stack, fixture_each_class),
	KUNIT_CASE_PARAM(recursion_that_does_not_end, fixture_each_class),
	KUNIT_CASE_PARAM(destroyed_table, fixture_each_class),
	{}
};

static struct kunit_suite refusal_suite = {
	.name = "hdt_refusal",
	.init = fixture_init,
	.test_cases = refusal_cases,
};

kunit_test_suite(refusal_suite);
