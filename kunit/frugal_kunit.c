// SPDX-License-Identifier: GPL-2.0-only
/* What succeeds although no memory is left: calls, and all that removes. */
#include "fixture.h"
#include "provide.h"
#include "shortage.h"

static long released;

static void release(void *ctx)
{
	released++;
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(num, "shared", fixture_double, NULL, .release = release),
	HDT_HANDLER_OPTS(num, "exclusive", fixture_double, NULL, .mode = HDT_EXCLUSIVE),
	HDT_HANDLER_OPTS(num, "once", fixture_double, NULL, .mode = HDT_ONCE),
	HDT_HANDLER_OPTS(num, "captured", fixture_add, NULL, .capture = &released,
			 .capture_size = sizeof(released), .release = release),
	HDT_HANDLER(word, "word", fixture_word),
};

/* Of a module that waited for a table, or of nobody. */
static const struct hdt_handler provided[] = {
	HDT_HANDLER(num, "provided", fixture_triple),
	HDT_HANDLER(word, "provided word", fixture_word),
};

static struct hdt_provides provides = {
	.handlers = provided,
	.nr = ARRAY_SIZE(provided),
	.handler_size = sizeof(provided[0]),
};

static int unregister(struct kunit *test, struct hdt_table *table)
{
	return hdt_unregister(table, "captured");
}

static int unregister_async(struct kunit *test, struct hdt_table *table)
{
	return hdt_unregister_async(table, "captured");
}

static int unregister_all(struct kunit *test, struct hdt_table *table)
{
	return hdt_unregister_all(table, NULL);
}

static int withdraw(struct kunit *test, struct hdt_table *table)
{
	__hdt_withdraw(fixture(test)->owner);
	return hdt_version(table, "provided") ? -EEXIST : 0;
}

static int destroy(struct kunit *test, struct hdt_table *table)
{
	return hdt_table_destroy(table);
}

static int get(struct kunit *test, struct hdt_table *table)
{
	struct hdt_table *same = hdt_table_get(to_registry(table)->name);

	hdt_table_put(same);
	return same == table ? 0 : -ENOENT;
}

static int call(struct kunit *test, struct hdt_table *table)
{
	if (by_key(table, "shared", 1) != 2 || by_bytes(table, "exclusive", 1) != 2 ||
	    by_prepared(table, "once", 1) != 2 || by_new_handle(table, "provided", 1) != 3)
		return -EIO;
	return by_key(table, "unknown", 1) == -ENOENT ? 0 : -EEXIST;
}

static int count_keys(const char *key, size_t len, void *data)
{
	++*(int *)data;
	return 0;
}

static int walk(struct kunit *test, struct hdt_table *table)
{
	int nr = 0;

	return hdt_for_each_key(table, count_keys, &nr) ?: nr - fixture_nr_handlers(table);
}

HDT_CALL_SITE(num, frugal_site, "shared");

/* Which also asks for it to be bound. */
static int call_site(struct kunit *test, struct hdt_table *table)
{
	return hdt_call_site(num, frugal_site, table, NULL, 1);
}

static const struct frugal {
	const char *name;
	int (*run)(struct kunit *test, struct hdt_table *table);
} frugals[] = {
	{ "call", call },
	{ "call at a site", call_site },
	{ "get", get },
	{ "for_each_key", walk },
	{ "unregister", unregister },
	{ "unregister_async", unregister_async },
	{ "unregister_all", unregister_all },
	{ "withdraw", withdraw },
	{ "destroy", destroy },
};

KUNIT_ARRAY_PARAM_DESC(frugal, frugals, name);

static void needs_no_memory(struct kunit *test, bool sleepable)
{
	struct hdt_table_opts opts = { .sleepable = sleepable, .stats = true };
	const struct frugal *frugal = test->param_value;
	struct hdt_table *table = fixture_table(test, &opts);
	struct shortage shortage;
	int err;

	released = 0;
	KUNIT_ASSERT_EQ(test, 0, hdt_register_all(table, handlers));
	provides.table = to_registry(table)->name;
	KUNIT_ASSERT_EQ(test, 0, __hdt_provide(&provides, fixture(test)->owner));

	shortage_begin(1, true);
	err = frugal->run(test, table);
	shortage = shortage_end();
	KUNIT_EXPECT_EQ(test, 0, err);
	KUNIT_EXPECT_EQ(test, 0, shortage.nr);

	__hdt_withdraw(fixture(test)->owner);
	hdt_unregister_all(table, NULL);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, 2, released);
}

static void in_atomic_table(struct kunit *test)
{
	needs_no_memory(test, false);
}

static void in_sleepable_table(struct kunit *test)
{
	needs_no_memory(test, true);
}

static int frugal_init(struct kunit *test)
{
	return shortage_init(test) ?: fixture_init(test);
}

static struct kunit_case frugal_cases[] = {
	KUNIT_CASE_PARAM(in_atomic_table, frugal_gen_params),
	KUNIT_CASE_PARAM(in_sleepable_table, frugal_gen_params),
	{}
};

static struct kunit_suite frugal_suite = {
	.name = "hdt_frugal",
	.init = frugal_init,
	.exit = shortage_exit,
	.test_cases = frugal_cases,
};

kunit_test_suite(frugal_suite);
