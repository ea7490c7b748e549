// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fixed call sites: they do what a call by their key does, and those that can be
 * bound are, and follow their handler. That the patched call is what runs is the
 * ring "site"'s to show.
 */
#include <linux/delay.h>

#include "fixture.h"
#include "site.h"
#include "stats.h"

HDT_CALL_SITE(num, site_of_key, "key");
HDT_CALL_SITE(num, other_site_of_key, "key");

/* The handler's answer, or the refusal. */
static long at_site(struct hdt_table *table, long x)
{
	long ret = 0;
	int err = hdt_call_site(num, site_of_key, table, &ret, x);

	return err ?: ret;
}

static void site_follows_its_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_EXPECT_EQ(test, -ENOENT, at_site(table, 1));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, at_site(table, 1));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, at_site(table, 1));
	KUNIT_EXPECT_EQ(test, 2, fixture_faults(table, HDT_NO_KEY));
}

static void site_serves_any_table(struct kunit *test)
{
	struct hdt_table *a = fixture_class_table(test), *b = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(a, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(b, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 2, at_site(a, 1));
	KUNIT_EXPECT_EQ(test, 3, at_site(b, 1));
	KUNIT_EXPECT_EQ(test, 2, at_site(a, 1));
}

static void two_sites_share_a_key(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	long ret = 0;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_call_site(num, other_site_of_key, table, &ret, 2));
	KUNIT_EXPECT_EQ(test, 4, ret);
	KUNIT_EXPECT_EQ(test, 0, hdt_call_site(num, other_site_of_key, table, NULL, 2));
}

static void site_without_a_table(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL, at_site(NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, at_site(ERR_PTR(-ENOMEM), 1));
}

/*
 * Call until the site is bound, or until it should have been. That of the cases
 * before may have to be given back by a table that is on its way out.
 */
static bool bind(struct hdt_table *table)
{
	unsigned long end = jiffies + FIXTURE_TIMEOUT;

	do {
		at_site(table, 1);
		msleep(20);
	} while (!READ_ONCE(hdt_site_site_of_key.s.bound) && time_before(jiffies, end));
	return READ_ONCE(hdt_site_site_of_key.s.bound);
}

/* Long enough for a site to be bound that can be. */
static bool stays_unbound(struct hdt_table *table)
{
	unsigned long end = jiffies + HZ / 2;

	do {
		at_site(table, 1);
		msleep(20);
	} while (time_before(jiffies, end));
	return !READ_ONCE(hdt_site_site_of_key.s.bound);
}

static void need_static_calls(struct kunit *test)
{
	if (!HDT_SITE_STATIC)
		kunit_skip(test, "no static calls: no site is bound");
}

static void bound_site_follows_its_handler(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	static long add = 40;

	need_static_calls(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_call_site(num, site_of_key, table, NULL, 1));
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_FALSE(test, hdt_site_site_of_key.s.bound);
	KUNIT_EXPECT_EQ(test, 3, at_site(table, 1));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_EXPECT_EQ(test, 3, at_site(table, 1));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, at_site(table, 1));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_add,
					      &add));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_EXPECT_EQ(test, 41, at_site(table, 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, at_site(table, 1));
}

/* [G6] A site that was written to is refused, once, and found out whatever it was. */
static void bound_site_that_was_overwritten(struct kunit *test)
{
	struct hdt_site *site = &hdt_site_site_of_key.s;
	struct hdt_table *table = fixture_table(test, NULL);
	void **words[] = { &site->ctx, (void **)&site->state };
	unsigned int i;

	need_static_calls(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	for (i = 0; i <= ARRAY_SIZE(words); i++) {
		KUNIT_ASSERT_TRUE(test, bind(table));
		if (i < ARRAY_SIZE(words))
			*words[i] = (void *)words;
		else
			site->stack++;
		KUNIT_EXPECT_EQ_MSG(test, -EKEYREJECTED, at_site(table, 1), "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, i + 1, fixture_faults(table, HDT_BROKEN_SEAL), "%u", i);
		KUNIT_EXPECT_EQ_MSG(test, 2, at_site(table, 1), "%u", i);
	}
}

static void bound_site_and_another_table(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL), *other = fixture_table(test, NULL);

	need_static_calls(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(other, "key", fixture_triple, NULL));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_EXPECT_EQ(test, 3, at_site(other, 1));
	KUNIT_EXPECT_TRUE(test, hdt_site_site_of_key.s.bound);
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, at_site(NULL, 1));
	/* It stays the first one's, also when it is not bound. */
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 3, at_site(other, 1));
	msleep(300);
	KUNIT_EXPECT_FALSE(test, hdt_site_site_of_key.s.bound);
}

/* Statistics count every call, so none may go past them. */
static void counted_table_binds_no_site(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);

	need_static_calls(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_ASSERT_EQ(test, 0, hdt_stats_switch(to_registry(table), true));
	KUNIT_EXPECT_TRUE(test, stays_unbound(table));
	KUNIT_ASSERT_EQ(test, 0, hdt_stats_switch(to_registry(table), false));
	KUNIT_EXPECT_TRUE(test, bind(table));
}

/* Asked for when it could be bound, and what has become of it when it is tried. */
static void site_that_cannot_be_bound_any_more(struct kunit *test)
{
	struct hdt_opts exclusive = { .mode = HDT_EXCLUSIVE };
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_table(test, NULL);
	struct module *owner = fixture(test)->owner;
	struct hdt_desc *desc;

	need_static_calls(test);
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, owner));
	KUNIT_ASSERT_TRUE(test, bind(table));
	KUNIT_ASSERT_EQ(test, 0, num_replace_opts(table, "key", 0, fixture_triple, NULL,
						  &exclusive));
	KUNIT_EXPECT_TRUE(test, stays_unbound(table));
	KUNIT_EXPECT_EQ(test, 3, at_site(table, 1));

	KUNIT_ASSERT_EQ(test, 0, __hdt_replace(table, &handler, 0, owner));
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	desc = fixture_desc(test, table, "key");
	desc->ctx++;
	msleep(300);
	KUNIT_EXPECT_FALSE(test, hdt_site_site_of_key.s.bound);
	desc->ctx--;
	KUNIT_EXPECT_EQ(test, 2, at_site(table, 1));
	owner->state = MODULE_STATE_GOING;
	msleep(300);
	KUNIT_EXPECT_FALSE(test, hdt_site_site_of_key.s.bound);
	KUNIT_EXPECT_EQ(test, -ENODEV, at_site(table, 1));
	owner->state = MODULE_STATE_LIVE;
	KUNIT_ASSERT_TRUE(test, bind(table));
	/* And one that begins to go when the site is bound. */
	owner->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, -ENODEV, at_site(table, 1));
	owner->state = MODULE_STATE_LIVE;
}

HDT_CALL_SITE(num, site_of_a_module, "key");

/* [G3] The site of a module that goes is nobody's. */
static void consumer_goes(struct kunit *test)
{
	struct hdt_site *site = &hdt_site_site_of_a_module.s;
	struct hdt_table *table = fixture_table(test, NULL);
	unsigned long end = jiffies + FIXTURE_TIMEOUT;

	need_static_calls(test);
	site->consumer = fixture(test)->stranger;
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_call_site(num, site_of_a_module, table, NULL, 1));
	while (!READ_ONCE(site->bound) && time_before(jiffies, end))
		msleep(20);
	KUNIT_ASSERT_TRUE(test, site->bound);
	KUNIT_EXPECT_FALSE(test, list_empty(&to_registry(table)->sites));
	hdt_sites_drop(fixture(test)->owner);
	KUNIT_EXPECT_FALSE(test, list_empty(&to_registry(table)->sites));
	hdt_sites_drop(fixture(test)->stranger);
	KUNIT_EXPECT_TRUE(test, list_empty(&to_registry(table)->sites));
}

HDT_CALL_SITE(num, site_of_a_last_call, "key");

/* [G3] Also that of a table which nobody holds any more, before and after it is freed. */
static void consumer_goes_after_its_table(struct kunit *test)
{
	struct hdt_site *site = &hdt_site_site_of_a_last_call.s;
	unsigned long end = jiffies + FIXTURE_TIMEOUT;
	struct hdt_table *table;

	need_static_calls(test);
	site->consumer = fixture(test)->stranger;
	table = hdt_table_create("table of a last call", NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_call_site(num, site_of_a_last_call, table, NULL, 1));
	while (!READ_ONCE(site->bound) && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_TRUE(test, site->bound);
	hdt_table_destroy(table);
	hdt_sites_drop(fixture(test)->stranger);
	/* In no list: the memory it is in may go. */
	KUNIT_EXPECT_PTR_EQ(test, site->node.next, (struct list_head *)LIST_POISON1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(site_follows_its_key, fixture_each_class),
	KUNIT_CASE_PARAM(site_serves_any_table, fixture_each_class),
	KUNIT_CASE_PARAM(two_sites_share_a_key, fixture_each_class),
	KUNIT_CASE(site_without_a_table),
	KUNIT_CASE(bound_site_follows_its_handler),
	KUNIT_CASE(bound_site_that_was_overwritten),
	KUNIT_CASE(bound_site_and_another_table),
	KUNIT_CASE(counted_table_binds_no_site),
	KUNIT_CASE(site_that_cannot_be_bound_any_more),
	KUNIT_CASE(consumer_goes),
	KUNIT_CASE(consumer_goes_after_its_table),
	{ }
};

static struct kunit_suite suite = {
	.name = "hdt_site",
	.init = fixture_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
