// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fixed call sites, as far as a kernel without static calls can show them: they
 * do what a call by their key does. Bound ones are the ring "site"'s.
 */
#include "fixture.h"

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

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(site_follows_its_key, fixture_each_class),
	KUNIT_CASE_PARAM(site_serves_any_table, fixture_each_class),
	KUNIT_CASE_PARAM(two_sites_share_a_key, fixture_each_class),
	KUNIT_CASE(site_without_a_table),
	{ }
};

static struct kunit_suite suite = {
	.name = "hdt_site",
	.init = fixture_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
