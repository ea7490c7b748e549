// SPDX-License-Identifier: GPL-2.0-only
/* A table's keys are visited as dispatches find them, and changes are counted. */
#include "fixture.h"

static const struct hdt_handler pair[] = {
	HDT_HANDLER(num, "first", fixture_double),
	HDT_HANDLER(num, "second", fixture_triple),
};

/* What a walk met, as one string: keys in the order of their first letters. */
struct seen {
	struct hdt_table *table;
	int nr;
	size_t bytes;
	int stop_at;
	long called;
};

static int see(const char *key, size_t len, void *data)
{
	struct seen *seen = data;

	seen->nr++;
	seen->bytes += len == strlen(key) ? len : 1000;
	return seen->nr == seen->stop_at ? -EINTR : 0;
}

static int see_and_call(const char *key, size_t len, void *data)
{
	struct seen *seen = data;

	seen->called += by_key(seen->table, key, 1);
	return hdt_unregister(seen->table, key);
}

static void walk_visits_each_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { };

	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see, &seen));
	KUNIT_EXPECT_EQ(test, 0, seen.nr);

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see, &seen));
	KUNIT_EXPECT_EQ(test, 2, seen.nr);
	KUNIT_EXPECT_EQ(test, strlen("first") + strlen("second"), seen.bytes);
}

static void walk_meets_no_key_that_went(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { };

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	/* Dead, and not yet reaped. */
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "first"));
	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see, &seen));
	KUNIT_EXPECT_EQ(test, 1, seen.nr);
	KUNIT_EXPECT_EQ(test, strlen("second"), seen.bytes);
}

static void walk_meets_the_longest_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	char key[HDT_KEY_MAX + 1];
	struct seen seen = { };

	memset(key, 'k', HDT_KEY_MAX);
	key[HDT_KEY_MAX] = '\0';
	KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see, &seen));
	KUNIT_EXPECT_EQ(test, (size_t)HDT_KEY_MAX, seen.bytes);
}

static void walk_ends_when_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { .stop_at = 1 };

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	KUNIT_EXPECT_EQ(test, -EINTR, hdt_for_each_key(table, see, &seen));
	KUNIT_EXPECT_EQ(test, 1, seen.nr);
}

static void walk_may_use_the_table(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { .table = table };

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see_and_call, &seen));
	KUNIT_EXPECT_EQ(test, 2 + 3, seen.called);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void walk_skips_what_was_overwritten(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { };
	struct hdt_desc *desc;
	void *ctx;

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	desc = fixture_desc(test, table, "first");
	ctx = desc->ctx;
	desc->ctx = test;
	KUNIT_EXPECT_EQ(test, 0, hdt_for_each_key(table, see, &seen));
	desc->ctx = ctx;
	KUNIT_EXPECT_EQ(test, 1, seen.nr);
}

static void walk_refuses_nonsense(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_for_each_key(NULL, see, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_for_each_key(ERR_PTR(-ENOENT), see, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_for_each_key(table, NULL, NULL));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BAD_ARGUMENT));
}

static void walk_where_sleeping_is_not_allowed(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct seen seen = { };
	int err;

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	local_irq_disable();
	err = hdt_for_each_key(table, see, &seen);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, err);
	KUNIT_EXPECT_EQ(test, 0, seen.nr);
}

/* A change is counted for each kind of coming and going, and for nothing else. */
static void changes_are_counted(struct kunit *test)
{
	static const struct hdt_opts once = { .mode = HDT_ONCE };
	struct hdt_table *table = fixture_class_table(test);
	unsigned int before = hdt_table_changes(table);

	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, pair));
	KUNIT_EXPECT_NE(test, before, hdt_table_changes(table));

	before = hdt_table_changes(table);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "first", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "unknown", 1));
	KUNIT_EXPECT_EQ(test, -EEXIST, num_register(table, "first", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "first", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, before, hdt_table_changes(table));

	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "first"));
	KUNIT_EXPECT_NE(test, before, hdt_table_changes(table));
	before = hdt_table_changes(table);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "second"));
	KUNIT_EXPECT_NE(test, before, hdt_table_changes(table));

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "once", fixture_double, NULL, &once));
	before = hdt_table_changes(table);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "once", 1));
	KUNIT_EXPECT_NE(test, before, hdt_table_changes(table));
}

static struct kunit_case walk_cases[] = {
	KUNIT_CASE_PARAM(walk_visits_each_key, fixture_each_class),
	KUNIT_CASE_PARAM(walk_meets_no_key_that_went, fixture_each_class),
	KUNIT_CASE_PARAM(walk_meets_the_longest_key, fixture_each_class),
	KUNIT_CASE_PARAM(walk_ends_when_told, fixture_each_class),
	KUNIT_CASE_PARAM(walk_may_use_the_table, fixture_each_class),
	KUNIT_CASE_PARAM(walk_skips_what_was_overwritten, fixture_each_class),
	KUNIT_CASE_PARAM(walk_refuses_nonsense, fixture_each_class),
	KUNIT_CASE_PARAM(walk_where_sleeping_is_not_allowed, fixture_each_class),
	KUNIT_CASE_PARAM(changes_are_counted, fixture_each_class),
	{ }
};

static struct kunit_suite walk_suite = {
	.name = "hdt_walk",
	.init = fixture_init,
	.test_cases = walk_cases,
};

kunit_test_suite(walk_suite);
