// SPDX-License-Identifier: GPL-2.0-only
/* Late binding: providers and their table come and go in any order. Loading them. */
#include <linux/cred.h>

#include "fixture.h"
#include "owner.h"

#define NAME "kunit-provided"

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(num, "double", fixture_double),
	HDT_HANDLER(num, "triple", fixture_triple),
};

static const struct hdt_provides provides = {
	.table = NAME,
	.handlers = handlers,
	.nr = ARRAY_SIZE(handlers),
	.handler_size = sizeof(struct hdt_handler),
};

static const struct hdt_handler other_handlers[] = {
	HDT_HANDLER(num, "other", fixture_double),
};

static const struct hdt_provides other = {
	.table = NAME,
	.handlers = other_handlers,
	.nr = ARRAY_SIZE(other_handlers),
	.handler_size = sizeof(struct hdt_handler),
};

static void withdraw(void *owner)
{
	__hdt_withdraw(owner);
}

/* Withdrawn after the case, if it was not before. */
static int provide(struct kunit *test, const struct hdt_provides *what, struct module *owner)
{
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, withdraw, owner));
	return __hdt_provide(what, owner);
}

static struct hdt_table *create(struct kunit *test, unsigned int max_handlers)
{
	const struct fixture_class *class = test->param_value;
	struct hdt_table_opts opts = {
		.sleepable = class->sleepable,
		.max_handlers = max_handlers,
	};

	return fixture_table_named(test, NAME, &opts, NULL);
}

static void table_first(struct kunit *test)
{
	struct hdt_table *table = create(test, 0);

	KUNIT_EXPECT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "triple", 1));
}

static void provider_first(struct kunit *test)
{
	struct hdt_table *table;

	KUNIT_EXPECT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "triple", 1));
}

static void two_providers_wait_for_one_table(struct kunit *test)
{
	struct hdt_table *table;

	KUNIT_EXPECT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 0, provide(test, &other, fixture(test)->stranger));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "other", 1));
	KUNIT_EXPECT_EQ(test, 3, fixture_nr_handlers(table));
}

static void table_has_a_successor(struct kunit *test)
{
	struct hdt_table *table = create(test, 0);

	KUNIT_EXPECT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "double", 1));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
}

static void table_that_is_there_refuses(struct kunit *test)
{
	struct hdt_table *table = create(test, 1);

	KUNIT_EXPECT_EQ(test, -ENOSPC, provide(test, &provides, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	/* It failed: it does not wait for another table. */
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static void table_that_comes_later_refuses(struct kunit *test)
{
	struct hdt_table *table;

	KUNIT_EXPECT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	table = create(test, 1);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	/* It goes on waiting, for one that takes it. */
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
}

static void withdraw_unregisters(struct kunit *test)
{
	struct hdt_table *table = create(test, 0);

	KUNIT_ASSERT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	KUNIT_ASSERT_EQ(test, 0, provide(test, &other, fixture(test)->stranger));
	__hdt_withdraw(fixture(test)->owner);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "double", 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "other", 1));
}

static void withdraw_while_waiting(struct kunit *test)
{
	struct hdt_table *table;

	KUNIT_ASSERT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	__hdt_withdraw(fixture(test)->owner);
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

/* They may be registered more than once: what runs once is not for them. */
static void release_is_refused(struct kunit *test)
{
	static const struct hdt_handler releasing[] = {
		HDT_HANDLER_OPTS(num, "key", fixture_double, NULL, .release = fixture_release),
	};
	static const struct hdt_provides bad = {
		.table = NAME,
		.handlers = releasing,
		.nr = ARRAY_SIZE(releasing),
		.handler_size = sizeof(struct hdt_handler),
	};
	struct hdt_table *table = create(test, 0);

	KUNIT_EXPECT_EQ(test, -EINVAL, provide(test, &bad, fixture(test)->owner));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

static int provide_now(void *owner)
{
	return __hdt_provide(&provides, owner);
}

/* At once when it may: before whoever lets it does another step. */
static int withdraw_now(void *owner)
{
	sched_set_fifo(current);
	__hdt_withdraw(owner);
	return 0;
}

/* Who withdraws what is just being registered waits until it is. */
static void withdraw_beside_a_registration(struct kunit *test)
{
	struct fixture_thread *provider, *withdrawer;
	struct module *owner = fixture(test)->owner;
	struct hdt_table *table = create(test, 0);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, withdraw, owner));
	/* Keeps the registration where it is. */
	mutex_lock(&to_registry(table)->mutex);
	provider = fixture_thread(test, provide_now, owner);
	KUNIT_EXPECT_FALSE(test, fixture_ended(provider));
	withdrawer = fixture_thread(test, withdraw_now, owner);
	KUNIT_EXPECT_FALSE(test, fixture_ended(withdrawer));
	mutex_unlock(&to_registry(table)->mutex);
	KUNIT_EXPECT_EQ(test, 0, fixture_join(test, provider));
	KUNIT_EXPECT_EQ(test, 0, fixture_join(test, withdrawer));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

/* [G7] A provider that goes without withdrawing waits for nothing any more. */
static void provider_goes(struct kunit *test)
{
	struct module *owner = fixture(test)->owner;
	struct hdt_table *table = create(test, 0);

	KUNIT_ASSERT_EQ(test, 0, provide(test, &provides, owner));
	owner->state = MODULE_STATE_GOING;
	hdt_owner_going(owner);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "double", 1));
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
}

/* What it provides goes with a table; the provider's own tables go with it. */
static void creator_of_the_table_goes(struct kunit *test)
{
	struct module *creator = fixture(test)->stranger;
	struct hdt_table *table = fixture_table_named(test, NAME, NULL, creator);

	KUNIT_ASSERT_EQ(test, 0, provide(test, &provides, fixture(test)->owner));
	creator->state = MODULE_STATE_GOING;
	hdt_owner_going(creator);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "double", 1));
	table = create(test, 0);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "double", 1));
}

static void load_without_autoload(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, hdt_table_load(table, "key"));
}

static struct hdt_table *autoload_table(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;

	return fixture_table(test, &(struct hdt_table_opts){ .sleepable = class->sleepable,
							     .autoload = true });
}

static void load_of_what_is_there(struct kunit *test)
{
	struct hdt_table *table = autoload_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_load(table, "key"));
}

/* There is no user space to ask. */
static void load_of_what_nobody_has(struct kunit *test)
{
	struct hdt_table *table = autoload_table(test);

	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_table_load(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, hdt_table_load(table, "key"));
	KUNIT_EXPECT_EQ(test, 2, fixture_faults(table, HDT_NO_KEY));
}

static void load_with_bad_argument(struct kunit *test)
{
	struct hdt_table *table = autoload_table(test);

	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_table_load(NULL, "key"));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_table_load(table, ""));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_table_load(table, NULL));
}

static void load_without_the_capability(struct kunit *test)
{
	struct hdt_table *table = autoload_table(test);
	const struct cred *old;
	struct cred *cred;
	int err;

	if (!IS_ENABLED(CONFIG_MULTIUSER))
		kunit_skip(test, "everybody is root");
	cred = prepare_creds();
	KUNIT_ASSERT_NOT_NULL(test, cred);
	cap_lower(cred->cap_effective, CAP_SYS_MODULE);
	old = override_creds(cred);
	err = hdt_table_load(table, "key");
	revert_creds(old);
	put_cred(cred);
	KUNIT_EXPECT_EQ(test, -EPERM, err);
}

static long load_inside(void *ctx, long x)
{
	return hdt_table_load(ctx, "key");
}

static void load_from_inside_a_handler(struct kunit *test)
{
	struct hdt_table *table = autoload_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "loader", load_inside, table));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, by_key(table, "loader", 1));
}

static struct kunit_case provide_cases[] = {
	KUNIT_CASE_PARAM(table_first, fixture_each_class),
	KUNIT_CASE_PARAM(provider_first, fixture_each_class),
	KUNIT_CASE_PARAM(two_providers_wait_for_one_table, fixture_each_class),
	KUNIT_CASE_PARAM(table_has_a_successor, fixture_each_class),
	KUNIT_CASE_PARAM(table_that_is_there_refuses, fixture_each_class),
	KUNIT_CASE_PARAM(table_that_comes_later_refuses, fixture_each_class),
	KUNIT_CASE_PARAM(withdraw_unregisters, fixture_each_class),
	KUNIT_CASE_PARAM(withdraw_while_waiting, fixture_each_class),
	KUNIT_CASE_PARAM(release_is_refused, fixture_each_class),
	KUNIT_CASE_PARAM(withdraw_beside_a_registration, fixture_each_class),
	KUNIT_CASE_PARAM(provider_goes, fixture_each_class),
	KUNIT_CASE_PARAM(creator_of_the_table_goes, fixture_each_class),
	KUNIT_CASE_PARAM(load_without_autoload, fixture_each_class),
	KUNIT_CASE_PARAM(load_of_what_is_there, fixture_each_class),
	KUNIT_CASE_PARAM(load_of_what_nobody_has, fixture_each_class),
	KUNIT_CASE_PARAM(load_with_bad_argument, fixture_each_class),
	KUNIT_CASE_PARAM(load_without_the_capability, fixture_each_class),
	KUNIT_CASE_PARAM(load_from_inside_a_handler, fixture_each_class),
	{}
};

static struct kunit_suite provide_suite = {
	.name = "hdt_provide",
	.init = fixture_init,
	.test_cases = provide_cases,
};

kunit_test_suite(provide_suite);
