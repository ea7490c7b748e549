// SPDX-License-Identifier: GPL-2.0-only
/* Owners and tables: whose handler it is, what is swept, whose table it is. */
#include "fixture.h"
#include "owner.h"

static int register_for(struct hdt_table *table, const char *key, struct module *owner)
{
	struct hdt_handler handler = num_handler(key, fixture_double, NULL);

	return __hdt_register(table, &handler, 1, owner);
}

static struct hdt_table *table_of(struct kunit *test, struct module *creator)
{
	const struct fixture_class *class = test->param_value;
	struct hdt_table_opts opts = { .sleepable = class->sleepable };

	return fixture_table_of(test, &opts, creator);
}

static void stranger_may_not_unregister(struct kunit *test)
{
	struct hdt_table *table = table_of(test, NULL);
	struct fixture *f = fixture(test);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "key", f->owner));
	KUNIT_EXPECT_EQ(test, -EPERM, __hdt_unregister(table, "key", f->stranger));
	KUNIT_EXPECT_EQ(test, -EPERM, __hdt_unregister_async(table, "key", f->stranger));
	KUNIT_EXPECT_EQ(test, 2, fixture_faults(table, HDT_NOT_OWNER));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void owner_may_unregister(struct kunit *test)
{
	struct hdt_table *table = table_of(test, NULL);
	struct fixture *f = fixture(test);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "key", f->owner));
	KUNIT_EXPECT_EQ(test, 0, __hdt_unregister(table, "key", f->owner));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
}

static void creator_may_unregister(struct kunit *test)
{
	struct fixture *f = fixture(test);
	struct hdt_table *table = table_of(test, f->stranger);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "key", f->owner));
	KUNIT_EXPECT_EQ(test, 0, __hdt_unregister(table, "key", f->stranger));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
}

static void unregister_all_takes_the_owner_s_only(struct kunit *test)
{
	struct hdt_table *table = table_of(test, NULL);
	struct fixture *f = fixture(test);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "a", f->owner));
	KUNIT_ASSERT_EQ(test, 0, register_for(table, "b", f->stranger));
	KUNIT_ASSERT_EQ(test, 0, register_for(table, "c", f->owner));
	KUNIT_ASSERT_EQ(test, 0, register_for(table, "d", NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, f->owner));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "a", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "b", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "c", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "d", 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, f->owner));
}

/* [G7] In all tables, of both classes, and nobody else's. */
static void sweep_takes_the_owner_s_handlers(struct kunit *test)
{
	struct hdt_table *one = table_of(test, NULL), *two = fixture_table(test, NULL);
	struct fixture *f = fixture(test);

	KUNIT_ASSERT_EQ(test, 0, register_for(one, "a", f->owner));
	KUNIT_ASSERT_EQ(test, 0, register_for(one, "b", f->stranger));
	KUNIT_ASSERT_EQ(test, 0, register_for(two, "c", f->owner));
	KUNIT_ASSERT_EQ(test, 0, register_for(two, "d", NULL));
	f->owner->state = MODULE_STATE_GOING;
	hdt_owner_going(f->owner);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(one, "a", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(one, "b", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(two, "c", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(two, "d", 1));
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(one));
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(two));
}

/* [G7] With the handlers that others have there. */
static void sweep_destroys_the_tables_that_the_owner_created(struct kunit *test)
{
	int *count = kunit_kzalloc(test, sizeof(*count), GFP_KERNEL);
	struct fixture *f = fixture(test);
	struct hdt_table *table = table_of(test, f->owner);
	struct hdt_opts opts = { .release = fixture_release };

	KUNIT_ASSERT_NOT_NULL(test, count);
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, count, &opts));
	f->owner->state = MODULE_STATE_GOING;
	hdt_owner_going(f->owner);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, *count);
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOENT), hdt_table_get(to_registry(table)->name));
	KUNIT_EXPECT_EQ(test, -ENOENT, num_register(table, "key", fixture_double, NULL));
}

/* What it removed without waiting is gone when its text goes. */
static void sweep_waits_for_what_was_removed_before(struct kunit *test)
{
	int *count = kunit_kzalloc(test, sizeof(*count), GFP_KERNEL);
	struct hdt_table *table = table_of(test, NULL);
	struct fixture *f = fixture(test);
	struct hdt_handler handler = num_handler("key", fixture_double, count);

	KUNIT_ASSERT_NOT_NULL(test, count);
	handler.opts.release = fixture_release;
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, f->owner));
	KUNIT_ASSERT_EQ(test, 0, __hdt_unregister_async(table, "key", f->owner));
	f->owner->state = MODULE_STATE_GOING;
	hdt_owner_going(f->owner);
	KUNIT_EXPECT_EQ(test, 1, *count);
}

static void sweep_of_a_module_that_has_nothing(struct kunit *test)
{
	struct hdt_table *table = table_of(test, NULL);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "key", NULL));
	hdt_owner_going(fixture(test)->stranger);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

static void only_the_creator_may_destroy(struct kunit *test)
{
	struct fixture *f = fixture(test);
	struct hdt_table *table = table_of(test, f->owner);

	KUNIT_ASSERT_EQ(test, 0, register_for(table, "key", f->stranger));
	KUNIT_EXPECT_EQ(test, -EPERM, __hdt_table_destroy(table, f->stranger));
	KUNIT_EXPECT_EQ(test, -EPERM, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, __hdt_table_destroy(table, f->owner));
	KUNIT_EXPECT_EQ(test, -ENOENT, __hdt_table_destroy(table, f->owner));
}

static void table_is_found_by_its_name(struct kunit *test)
{
	struct hdt_table *table = table_of(test, NULL);
	const char *name = to_registry(table)->name;

	KUNIT_EXPECT_PTR_EQ(test, table, hdt_table_get(name));
	hdt_table_put(table);
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EEXIST), hdt_table_create(name, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOENT), hdt_table_get(name));
}

static void name_of_a_destroyed_table_is_free(struct kunit *test)
{
	struct hdt_table *old = table_of(test, NULL), *new;

	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(old));
	new = hdt_table_create(to_registry(old)->name, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, new);
	KUNIT_EXPECT_PTR_NE(test, old, new);
	KUNIT_EXPECT_EQ(test, 0, num_register(new, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(old, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(new));
}

static void table_names(struct kunit *test)
{
	char name[HDT_TABLE_NAME_MAX + 2];
	struct hdt_table *table;

	memset(name, 'n', sizeof(name) - 1);
	name[HDT_TABLE_NAME_MAX + 1] = '\0';
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENAMETOOLONG), hdt_table_create(name, NULL));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EINVAL), hdt_table_create("", NULL));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EINVAL), hdt_table_create(NULL, NULL));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EINVAL), hdt_table_get(""));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EINVAL), hdt_table_get(NULL));
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOENT), hdt_table_get(name));
	name[HDT_TABLE_NAME_MAX] = '\0';
	table = hdt_table_create(name, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	KUNIT_EXPECT_PTR_EQ(test, table, hdt_table_get(name));
	hdt_table_put(table);
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
	hdt_table_put(NULL);
	hdt_table_put(ERR_PTR(-ENOENT));
}

static void table_where_sleeping_is_not_allowed(struct kunit *test)
{
	struct hdt_table *created, *found;

	local_irq_disable();
	created = hdt_table_create("atomic", NULL);
	found = hdt_table_get("atomic");
	local_irq_enable();
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EOPNOTSUPP), created);
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-EOPNOTSUPP), found);
}

static struct kunit_case owner_cases[] = {
	KUNIT_CASE_PARAM(stranger_may_not_unregister, fixture_each_class),
	KUNIT_CASE_PARAM(owner_may_unregister, fixture_each_class),
	KUNIT_CASE_PARAM(creator_may_unregister, fixture_each_class),
	KUNIT_CASE_PARAM(unregister_all_takes_the_owner_s_only, fixture_each_class),
	KUNIT_CASE_PARAM(sweep_takes_the_owner_s_handlers, fixture_each_class),
	KUNIT_CASE_PARAM(sweep_destroys_the_tables_that_the_owner_created, fixture_each_class),
	KUNIT_CASE_PARAM(sweep_waits_for_what_was_removed_before, fixture_each_class),
	KUNIT_CASE_PARAM(sweep_of_a_module_that_has_nothing, fixture_each_class),
	KUNIT_CASE_PARAM(only_the_creator_may_destroy, fixture_each_class),
	KUNIT_CASE_PARAM(table_is_found_by_its_name, fixture_each_class),
	KUNIT_CASE_PARAM(name_of_a_destroyed_table_is_free, fixture_each_class),
	KUNIT_CASE(table_names),
	KUNIT_CASE(table_where_sleeping_is_not_allowed),
	{}
};

static struct kunit_suite owner_suite = {
	.name = "hdt_owner",
	.init = fixture_init,
	.test_cases = owner_cases,
};

kunit_test_suite(owner_suite);
