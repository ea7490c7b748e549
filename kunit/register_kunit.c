// SPDX-License-Identifier: GPL-2.0-only
/* Registration: what it takes, what it refuses, and that it then changes nothing. */
#include <linux/sizes.h>

#include "fixture.h"

static void __init release_in_init_text(void *ctx)
{
}

static long __init in_init_text(void *ctx, long x)
{
	return x;
}

static long data_word;
static char long_key[HDT_KEY_MAX + 2];

/* A mistake in a handler that is otherwise sound, and what it costs. */
struct mistake {
	const char *name;
	struct hdt_handler handler;
	int err;
	enum hdt_reason reason;
};

#define HANDLER(...)	.handler = {						\
	.sig = &num_sig, .key = "key", .entry = (hdt_entry_t)fixture_double, ##__VA_ARGS__ }
#define OPTS(...)	HANDLER(.opts = { __VA_ARGS__ })

static const struct mistake mistakes[] = {
	{ "no key", { .sig = &num_sig, .entry = (hdt_entry_t)fixture_double },
	  -EINVAL, HDT_BAD_KEY },
	{ "empty key", { .sig = &num_sig, .key = "", .entry = (hdt_entry_t)fixture_double },
	  -EINVAL, HDT_BAD_KEY },
	{ "long key", { .sig = &num_sig, .key = long_key, .entry = (hdt_entry_t)fixture_double },
	  -ENAMETOOLONG, HDT_KEY_TOO_LONG },
	{ "no signature", { .key = "key", .entry = (hdt_entry_t)fixture_double },
	  -EINVAL, HDT_BAD_ARGUMENT },
	{ "no entry", { .sig = &num_sig, .key = "key" }, -EINVAL, HDT_BAD_ENTRY },
	{ "entry in data", { .sig = &num_sig, .key = "key", .entry = (hdt_entry_t)&data_word },
	  -EINVAL, HDT_BAD_ENTRY },
	{ "entry in init text", { .sig = &num_sig, .key = "key",
				  .entry = (hdt_entry_t)in_init_text },
	  -EINVAL, HDT_BAD_ENTRY },
	{ "entry is a small number", { .sig = &num_sig, .key = "key", .entry = (hdt_entry_t)8 },
	  -EINVAL, HDT_BAD_ENTRY },
	{ "unknown mode", OPTS(.mode = HDT_ONCE + 1), -EINVAL, HDT_BAD_ARGUMENT },
	{ "negative mode", OPTS(.mode = -1), -EINVAL, HDT_BAD_ARGUMENT },
	{ "stack of 1 MiB", OPTS(.stack_bytes = SZ_1M), -EINVAL, HDT_BAD_ARGUMENT },
	{ "stack of 4 GiB", OPTS(.stack_bytes = U32_MAX), -EINVAL, HDT_BAD_ARGUMENT },
	{ "a byte of stack too many",
	  OPTS(.stack_bytes = 255 * HDT_STACK_UNIT - HDT_STACK_RESERVE + 1),
	  -EINVAL, HDT_BAD_ARGUMENT },
	{ "capture of no size", OPTS(.capture = &data_word), -EINVAL, HDT_BAD_ARGUMENT },
	{ "capture of nothing", OPTS(.capture_size = 8), -EINVAL, HDT_BAD_ARGUMENT },
	{ "capture and ctx", HANDLER(.ctx = &data_word, .opts = { .capture = &data_word,
								   .capture_size = 8 }),
	  -EINVAL, HDT_BAD_ARGUMENT },
	{ "release in data", OPTS(.release = (void (*)(void *))&data_word),
	  -EINVAL, HDT_BAD_ENTRY },
	{ "release in init text", OPTS(.release = release_in_init_text),
	  -EINVAL, HDT_BAD_ENTRY },
};

KUNIT_ARRAY_PARAM_DESC(mistake, mistakes, name);

static void expect_unchanged(struct kunit *test, struct hdt_table *table,
			     struct fixture_state before)
{
	struct fixture_state now = fixture_state(table);

	KUNIT_EXPECT_EQ(test, before.nr_handlers, now.nr_handlers);
	KUNIT_EXPECT_EQ(test, before.nr_used, now.nr_used);
	KUNIT_EXPECT_EQ(test, before.nr_slots, now.nr_slots);
}

static int register_one(struct hdt_table *table, const struct hdt_handler *handler)
{
	return __hdt_register(table, handler, 1, NULL);
}

static void register_refuses_mistake(struct kunit *test)
{
	const struct mistake *mistake = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct fixture_state before;

	memset(long_key, 'k', HDT_KEY_MAX + 1);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "other", fixture_triple, NULL));
	before = fixture_state(table);
	KUNIT_EXPECT_EQ(test, mistake->err, register_one(table, &mistake->handler));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, mistake->reason));
	expect_unchanged(test, table, before);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "other", 1));
	/* The key is not burnt. */
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
}

/* The same mistakes between two sound handlers: all or nothing. */
static void register_refuses_batch_with_mistake(struct kunit *test)
{
	const struct mistake *mistake = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_handler batch[] = {
		num_handler("first", fixture_double, NULL),
		mistake->handler,
		num_handler("last", fixture_double, NULL),
	};
	struct fixture_state before = fixture_state(table);

	memset(long_key, 'k', HDT_KEY_MAX + 1);
	KUNIT_EXPECT_EQ(test, mistake->err, hdt_register_all(table, batch));
	expect_unchanged(test, table, before);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "first", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "last", 1));
}

static void register_with_ctx_on_the_stack(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	long on_stack = 1;

	KUNIT_EXPECT_EQ(test, -EINVAL, num_register(table, "key", fixture_add, &on_stack));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BAD_CTX));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void register_with_ctx_in_init_memory(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_add, &data_word);
	struct hdt_table *table = fixture_table(test, NULL);
	struct module *owner = fixture(test)->owner;

	owner->mem[MOD_INIT_DATA].base = &data_word;
	owner->mem[MOD_INIT_DATA].size = sizeof(data_word);
	KUNIT_EXPECT_EQ(test, -EINVAL, __hdt_register(table, &handler, 1, owner));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BAD_CTX));
}

static void register_entry_of_another_module(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_table(test, NULL);
	struct module *owner = fixture(test)->owner;

	owner->mem[MOD_TEXT].base = (void *)fixture_double - 256;
	owner->mem[MOD_TEXT].size = 256;
	KUNIT_EXPECT_EQ(test, -EINVAL, __hdt_register(table, &handler, 1, owner));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BAD_ENTRY));
	owner->mem[MOD_TEXT].size = 257;
	KUNIT_EXPECT_EQ(test, 0, __hdt_register(table, &handler, 1, owner));
}

/* [G7] */
static void register_by_module_that_goes(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);

	fixture(test)->owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, -ENODEV, __hdt_register(table, &handler, 1, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENODEV),
			    __hdt_table_create("going", NULL, fixture(test)->owner));
}

static void register_without_handlers_or_table(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_table(test, NULL);

	KUNIT_EXPECT_EQ(test, -EINVAL, __hdt_register(table, NULL, 1, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, __hdt_register(table, &handler, 0, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, register_one(NULL, &handler));
	KUNIT_EXPECT_EQ(test, -EINVAL, register_one(ERR_PTR(-ENOENT), &handler));
}

static void register_in_destroyed_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void register_where_sleeping_is_not_allowed(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int err;

	local_irq_disable();
	err = num_register(table, "key", fixture_double, NULL);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, err);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void register_taken_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct fixture_state before;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	before = fixture_state(table);
	KUNIT_EXPECT_EQ(test, -EEXIST, num_register(table, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -EEXIST, word_register(table, "key", fixture_word, NULL));
	expect_unchanged(test, table, before);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void batch_collides_with_key_in_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_handler batch[] = {
		num_handler("a", fixture_triple, NULL),
		num_handler("b", fixture_triple, NULL),
		num_handler("c", fixture_triple, NULL),
	};
	struct fixture_state before;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "b", fixture_double, NULL));
	before = fixture_state(table);
	KUNIT_EXPECT_EQ(test, -EEXIST, hdt_register_all(table, batch));
	expect_unchanged(test, table, before);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "a", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "b", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "c", 1));
}

static void batch_has_a_key_twice(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_handler batch[] = {
		num_handler("a", fixture_triple, NULL),
		num_handler("b", fixture_triple, NULL),
		num_handler("a", fixture_double, NULL),
	};
	struct fixture_state before = fixture_state(table);

	KUNIT_EXPECT_EQ(test, -EEXIST, hdt_register_all(table, batch));
	expect_unchanged(test, table, before);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "a", 1));
	/* Nothing of the failed batch is in the way of a sound one. */
	batch[2].key = "c";
	KUNIT_EXPECT_EQ(test, 0, hdt_register_all(table, batch));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "a", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "c", 1));
}

/* [G1] Two signatures, three modes, one batch. */
static void batch_of_different_handlers(struct kunit *test)
{
	static const struct hdt_handler batch[] = {
		HDT_HANDLER(num, "shared", fixture_double),
		HDT_HANDLER_OPTS(num, "ctx", fixture_add, &data_word),
		HDT_HANDLER_OPTS(num, "exclusive", fixture_triple, NULL, .mode = HDT_EXCLUSIVE),
		HDT_HANDLER_OPTS(num, "once", fixture_triple, NULL, .mode = HDT_ONCE),
		HDT_HANDLER(word, "word", fixture_word),
	};
	struct hdt_table *table = fixture_class_table(test);
	int len = 0;

	data_word = 50;
	KUNIT_EXPECT_EQ(test, 0, hdt_register_all(table, batch));
	KUNIT_EXPECT_EQ(test, 5, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "shared", 1));
	KUNIT_EXPECT_EQ(test, 51, by_key(table, "ctx", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "exclusive", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "once", 1));
	KUNIT_EXPECT_EQ(test, 0, word_call(table, "word", &len, "four"));
	KUNIT_EXPECT_EQ(test, 4, len);
}

static void table_at_its_limit(struct kunit *test)
{
	struct hdt_table_opts opts = { .max_handlers = 3 };
	struct hdt_table *table = fixture_table(test, &opts);
	struct hdt_handler batch[] = {
		num_handler("a", fixture_triple, NULL),
		num_handler("b", fixture_triple, NULL),
		num_handler("c", fixture_triple, NULL),
		num_handler("d", fixture_triple, NULL),
	};

	KUNIT_EXPECT_EQ(test, -ENOSPC, hdt_register_all(table, batch));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, 0, __hdt_register(table, batch, 3, NULL));
	KUNIT_EXPECT_EQ(test, -ENOSPC, register_one(table, &batch[3]));
	KUNIT_EXPECT_EQ(test, 2, fixture_faults(table, HDT_TABLE_FULL));
	/* One that goes makes room for one that comes. */
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "b"));
	KUNIT_EXPECT_EQ(test, 0, register_one(table, &batch[3]));
	KUNIT_EXPECT_EQ(test, -ENOSPC, register_one(table, &batch[1]));
}

/* The key that is registered is a copy. */
static void register_copies_the_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	char key[] = "key";

	KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	key[0] = 'x';
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void largest_stack_budget_is_taken(struct kunit *test)
{
	struct hdt_opts opts = { .stack_bytes = min_t(unsigned long, THREAD_SIZE,
						      255 * HDT_STACK_UNIT) - HDT_STACK_RESERVE };
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &opts));
}

static struct kunit_case register_cases[] = {
	KUNIT_CASE_PARAM(register_refuses_mistake, mistake_gen_params),
	KUNIT_CASE_PARAM(register_refuses_batch_with_mistake, mistake_gen_params),
	KUNIT_CASE(register_with_ctx_on_the_stack),
	KUNIT_CASE(register_with_ctx_in_init_memory),
	KUNIT_CASE(register_entry_of_another_module),
	KUNIT_CASE_PARAM(register_by_module_that_goes, fixture_each_class),
	KUNIT_CASE(register_without_handlers_or_table),
	KUNIT_CASE_PARAM(register_in_destroyed_table, fixture_each_class),
	KUNIT_CASE_PARAM(register_where_sleeping_is_not_allowed, fixture_each_class),
	KUNIT_CASE_PARAM(register_taken_key, fixture_each_class),
	KUNIT_CASE_PARAM(batch_collides_with_key_in_table, fixture_each_class),
	KUNIT_CASE_PARAM(batch_has_a_key_twice, fixture_each_class),
	KUNIT_CASE_PARAM(batch_of_different_handlers, fixture_each_class),
	KUNIT_CASE(table_at_its_limit),
	KUNIT_CASE_PARAM(register_copies_the_key, fixture_each_class),
	KUNIT_CASE_PARAM(largest_stack_budget_is_taken, fixture_each_class),
	{}
};

static struct kunit_suite register_suite = {
	.name = "hdt_register",
	.init = fixture_init,
	.test_cases = register_cases,
};

kunit_test_suite(register_suite);
