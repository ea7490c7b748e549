// SPDX-License-Identifier: GPL-2.0-only
/* Replacing: one handler for another under the same key and the same handle. */
#include "fixture.h"

static void replace_changes_what_a_call_runs(struct kunit *test)
{
	static long hundred = 100;
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, fixture_add, &hundred));
	KUNIT_EXPECT_EQ(test, 101, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(table));
}

static void handle_survives_replace(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	handle = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_handle(table, handle, 1));
	KUNIT_EXPECT_TRUE(test, same_handle(handle, num_get(table, "key")));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
}

static void replace_with_the_current_version(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	u64 first, second;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	first = hdt_version(table, "key");
	KUNIT_EXPECT_NE(test, 0ULL, first);
	KUNIT_EXPECT_EQ(test, first, hdt_version(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", first, fixture_triple, NULL));
	second = hdt_version(table, "key");
	KUNIT_EXPECT_NE(test, first, second);
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", second, fixture_double, NULL));
}

static void replace_with_an_old_version(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	u64 old;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	old = hdt_version(table, "key");
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", old, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -ESTALE, num_replace(table, "key", old, fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_STALE_VERSION));
}

/* The same handler again is another version, as is the key registered anew. */
static void version_tells_equal_handlers_apart(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	u64 first, second, third;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	first = hdt_version(table, "key");
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_double, NULL));
	second = hdt_version(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	third = hdt_version(table, "key");
	KUNIT_EXPECT_NE(test, first, second);
	KUNIT_EXPECT_NE(test, first, third);
	KUNIT_EXPECT_NE(test, second, third);
}

static void version_of_what_is_not_there(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, 0, hdt_version(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, hdt_version(table, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_version(table, ""));
	KUNIT_EXPECT_EQ(test, 0, hdt_version(NULL, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, hdt_version(table, "key"));
}

static void replace_of_unknown_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, -ENOENT, num_replace(table, "key", 0, fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, num_replace(table, "key", 0, fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
}

static void replace_by_other_signature(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, word_replace(table, "key", 0, fixture_word, NULL));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void replace_refuses_mistakes(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .mode = 17 };
	long on_stack = 1;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_replace(table, "", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_replace(table, NULL, 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_replace(NULL, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_replace(table, "key", 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_replace(table, "key", 0, fixture_add, &on_stack));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			num_replace_opts(table, "key", 0, fixture_triple, NULL, &opts));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void replace_in_destroyed_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, num_replace(table, "key", 0, fixture_triple, NULL));
}

/* [G7] From then on the handler is the new owner's, to remove and to be swept. */
static void replace_changes_the_owner(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);
	struct fixture *f = fixture(test);
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, f->owner));
	handle = num_get(table, "key");
	handler = num_handler("key", fixture_triple, NULL);
	KUNIT_ASSERT_EQ(test, 0, __hdt_replace(table, &handler, 0, f->stranger));
	KUNIT_EXPECT_EQ(test, -EPERM, __hdt_unregister(table, "key", f->owner));
	f->owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 3, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, 0, __hdt_unregister(table, "key", f->stranger));
}

static void replace_by_module_that_goes(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_triple, NULL);
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	fixture(test)->owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, -ENODEV, __hdt_replace(table, &handler, 0, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

/* A successor takes over from a module that goes, before its sweep. */
static void replace_of_a_handler_whose_owner_goes(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, fixture(test)->owner));
	fixture(test)->owner->state = MODULE_STATE_GOING;
	KUNIT_ASSERT_EQ(test, -ENODEV, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
}

static void replace_changes_the_mode(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .mode = HDT_ONCE };

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_replace_opts(table, "key", 0, fixture_triple, NULL, &opts));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
	KUNIT_EXPECT_LT(test, by_key(table, "key", 1), 0L);
	fixture_reap(table);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

/* From inside: the call goes on in the old one, the next one is the new one's. */
struct successor {
	struct hdt_table *table;
	int err;
	long inner;
	int released, released_inside;
};

static long replace_self(void *ctx, long x)
{
	struct successor *s = ctx;

	s->err = num_replace(s->table, "key", 0, fixture_triple, NULL);
	s->inner = by_key(s->table, "key", 1);
	s->released_inside = s->released;
	return x;
}

static void release_successor(void *ctx)
{
	struct successor *s = ctx;

	s->released++;
}

static void replace_from_inside_the_handler(struct kunit *test)
{
	struct successor *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	struct hdt_opts opts = { .release = release_successor };

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->table = fixture_class_table(test);
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(s->table, "key", replace_self, s, &opts));
	KUNIT_EXPECT_EQ(test, 7, by_key(s->table, "key", 7));
	KUNIT_EXPECT_EQ(test, 0, s->err);
	KUNIT_EXPECT_EQ(test, 3, s->inner);
	KUNIT_EXPECT_EQ(test, 0, s->released_inside);
	fixture_reap(s->table);
	KUNIT_EXPECT_EQ(test, 1, s->released);
	KUNIT_EXPECT_EQ(test, 3, by_key(s->table, "key", 1));
}

static void replace_runs_the_old_release_once(struct kunit *test)
{
	int *count = kunit_kcalloc(test, 2, sizeof(*count), GFP_KERNEL);
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .release = fixture_release };

	KUNIT_ASSERT_NOT_NULL(test, count);
	KUNIT_ASSERT_EQ(test, 0,
			num_register_opts(table, "key", fixture_double, &count[0], &opts));
	KUNIT_ASSERT_EQ(test, 0,
			num_replace_opts(table, "key", 0, fixture_triple, &count[1], &opts));
	KUNIT_EXPECT_EQ(test, 1, count[0]);
	KUNIT_EXPECT_EQ(test, 0, count[1]);
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 1, count[0]);
	KUNIT_EXPECT_EQ(test, 1, count[1]);
}

/* The revision has eight bits: nothing but the cookie goes round. */
static void replace_a_thousand_times(struct kunit *test)
{
	static long value[3] = { 10, 20, 30 };
	struct hdt_table *table = fixture_table(test, NULL);
	u64 version, last = 0;
	num_handle handle;
	int i;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_add, &value[0]));
	handle = num_get(table, "key");
	for (i = 1; i <= 1000; i++) {
		version = hdt_version(table, "key");
		KUNIT_EXPECT_NE_MSG(test, last, version, "round %d", i);
		KUNIT_ASSERT_EQ_MSG(test, 0, num_replace(table, "key", version, fixture_add,
							 &value[i % 3]), "round %d", i);
		KUNIT_EXPECT_EQ_MSG(test, value[i % 3], by_handle(table, handle, 0), "round %d",
				    i);
		last = version;
	}
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(table));
}

static struct kunit_case replace_cases[] = {
	KUNIT_CASE_PARAM(replace_changes_what_a_call_runs, fixture_each_class),
	KUNIT_CASE_PARAM(handle_survives_replace, fixture_each_class),
	KUNIT_CASE_PARAM(replace_with_the_current_version, fixture_each_class),
	KUNIT_CASE_PARAM(replace_with_an_old_version, fixture_each_class),
	KUNIT_CASE_PARAM(version_tells_equal_handlers_apart, fixture_each_class),
	KUNIT_CASE_PARAM(version_of_what_is_not_there, fixture_each_class),
	KUNIT_CASE_PARAM(replace_of_unknown_key, fixture_each_class),
	KUNIT_CASE_PARAM(replace_by_other_signature, fixture_each_class),
	KUNIT_CASE_PARAM(replace_refuses_mistakes, fixture_each_class),
	KUNIT_CASE_PARAM(replace_in_destroyed_table, fixture_each_class),
	KUNIT_CASE_PARAM(replace_changes_the_owner, fixture_each_class),
	KUNIT_CASE_PARAM(replace_by_module_that_goes, fixture_each_class),
	KUNIT_CASE_PARAM(replace_of_a_handler_whose_owner_goes, fixture_each_class),
	KUNIT_CASE_PARAM(replace_changes_the_mode, fixture_each_class),
	KUNIT_CASE_PARAM(replace_from_inside_the_handler, fixture_each_class),
	KUNIT_CASE_PARAM(replace_runs_the_old_release_once, fixture_each_class),
	KUNIT_CASE(replace_a_thousand_times),
	{}
};

static struct kunit_suite replace_suite = {
	.name = "hdt_replace",
	.init = fixture_init,
	.test_cases = replace_cases,
};

kunit_test_suite(replace_suite);
