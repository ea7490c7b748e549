// SPDX-License-Identifier: GPL-2.0-only
/*
 * The HTTP server without its sockets: how its routes follow the table, and what
 * a request costs at native speed. Requests that are no requests are the business
 * of tools/httpd/run.
 */
#include "fixture.h"

#include "../tools/httpd/bench.h"
#include "../tools/httpd/compare.h"
#include "../tools/httpd/dispatch.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct http_replay *replay;

static int http_init(struct kunit *test)
{
	int err = fixture_init(test);

	return err ?: httpd_dispatch_init();
}

static void http_exit(struct kunit *test)
{
	http_replay_free(replay);
	replay = NULL;
	httpd_dispatch_exit();
}

/* The status of a request. */
static int ask(struct kunit *test, const char *text)
{
	if (!replay)
		replay = http_replay_alloc();
	KUNIT_ASSERT_NOT_NULL(test, replay);
	return http_replay(replay, text, strlen(text), HTTP_REPLAY_ALL);
}

static struct hdt_table *table_of(struct kunit *test)
{
	struct hdt_table *table = hdt_table_get(HTTP_TABLE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	hdt_table_put(table);	/* it stays: the server has it */
	return table;
}

static int give(void *ctx, struct http_request *req, struct http_response *resp)
{
	return (long)ctx;
}

#define STATUS(n) ((void *)n##L)

static void a_route_is_served_from_its_registration_on(struct kunit *test)
{
	struct hdt_table *table = table_of(test);

	KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/a")));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a", give, STATUS(201)));
	KUNIT_EXPECT_EQ(test, 201, ask(test, GET("/a")));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "GET:/a"));
	KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/a")));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a", give, STATUS(202)));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/a")));
}

static void what_is_replaced_needs_no_new_tree(struct kunit *test)
{
	struct hdt_table *table = table_of(test);
	unsigned int changes;

	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a", give, STATUS(201)));
	KUNIT_EXPECT_EQ(test, 201, ask(test, GET("/a")));
	changes = hdt_table_changes(table);
	KUNIT_ASSERT_EQ(test, 0, http_route_replace(table, "GET:/a", 0, give, STATUS(202)));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/a")));
	KUNIT_EXPECT_EQ(test, changes, hdt_table_changes(table));
}

/* When the better route goes the next one takes over, and the other way round. */
static void the_next_best_route_takes_over(struct kunit *test)
{
	struct hdt_table *table = table_of(test);

	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/*all", give, STATUS(201)));
	KUNIT_EXPECT_EQ(test, 201, ask(test, GET("/a/b")));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a/:x", give, STATUS(202)));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/a/b")));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a/b", give, STATUS(203)));
	KUNIT_EXPECT_EQ(test, 203, ask(test, GET("/a/b")));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "GET:/a/b"));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/a/b")));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "GET:/a/:x"));
	KUNIT_EXPECT_EQ(test, 201, ask(test, GET("/a/b")));
}

/* Of two patterns that are one, the lesser key is served, whichever came first. */
static void two_names_of_one_pattern(struct kunit *test)
{
	struct hdt_table *table = table_of(test);

	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/u/:name", give, STATUS(202)));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/u/:id", give, STATUS(201)));
	KUNIT_EXPECT_EQ(test, 201, ask(test, GET("/u/1")));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "GET:/u/:id"));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/u/1")));
}

static const char * const no_routes[] = {
	"hello", "GET", "GET:", "GET:hello", "get:/x", "BREW:/x", "GET:/x//y", "GET:/x/./y",
	"GET:/x/../y", "GET:/x/:", "GET:/x/*", "GET:/x/*y/z", "GET:/:a/:a",
	"GET:/:1/:2/:3/:4/:5/:6/:7/:8/:9",
};

/* They do no harm, and are served when what was wrong with them is gone. */
static void keys_that_are_no_routes(struct kunit *test)
{
	struct hdt_table *table = table_of(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(no_routes); i++)
		KUNIT_ASSERT_EQ(test, 0, http_route_register(table, no_routes[i], give,
							     STATUS(201)));
	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/good", give, STATUS(202)));
	KUNIT_EXPECT_EQ(test, 202, ask(test, GET("/good")));
	KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/x")));
	KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/x/y")));
	KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/x/y/z")));
}

static int boxed(void *ctx, void *box)
{
	return 201;
}

static void a_route_of_another_signature_is_an_error(struct kunit *test)
{
	struct hdt_table *table = table_of(test);

	KUNIT_ASSERT_EQ(test, 0, http_boxed_register(table, "GET:/a", boxed, NULL));
	KUNIT_EXPECT_EQ(test, 500, ask(test, GET("/a")));
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BAD_SIGNATURE));
}

static const struct {
	long value;
	int status;
} values[] = {
	{ 0, 200 }, { 204, 204 }, { 418, 418 }, { -ENOENT, 404 }, { -EINVAL, 400 }, { -EPERM, 403 },
	{ -EEXIST, 409 }, { -ENOMEM, 503 }, { -EBUSY, 503 }, { -EIO, 500 }, { 1, 500 },
	{ 600, 500 },
};

static void values_of_handlers_are_statuses(struct kunit *test)
{
	struct hdt_table *table = table_of(test);
	int i;

	KUNIT_ASSERT_EQ(test, 0, http_route_register(table, "GET:/a", give, NULL));
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		KUNIT_ASSERT_EQ(test, 0, http_route_replace(table, "GET:/a", 0, give,
							    (void *)values[i].value));
		KUNIT_EXPECT_EQ(test, values[i].status, ask(test, GET("/a")));
	}
}

/* All ways give the same answers, or the comparison compares different things. */
static void the_ways_agree(struct kunit *test)
{
	static const char * const ways[] = { "hdt", "boxed", "chain" };
	int i;

	KUNIT_ASSERT_EQ(test, 0, http_bench_setup(20));
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		KUNIT_ASSERT_EQ(test, 0, http_compare_by(ways[i]));
		KUNIT_EXPECT_EQ(test, 200, ask(test, GET("/api/res0000/1")));
		KUNIT_EXPECT_EQ(test, 200, ask(test, GET("/api/res0019/1")));
		KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/api/res0020/1")));
		KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/api/res0001/1/2")));
		KUNIT_EXPECT_EQ(test, 404, ask(test, GET("/api/res0001/")));
	}
	KUNIT_EXPECT_EQ(test, 0, http_compare_by("hdt"));
	KUNIT_EXPECT_EQ(test, -EINVAL, http_compare_by("else"));
	http_bench_teardown();
}

static u64 now_ns(void)
{
	return ktime_get_ns();
}

/* Figures, not a test: the lines "# way=..." are for Documentation/httpd.rst. */
static void bench_at_native_speed(struct kunit *test)
{
	static const unsigned int sizes[] = { 10, 100, 1000 };
	char *buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL), *line, *rest;
	int i, len;

	if (!IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "this kernel is emulated: not at native speed");
	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_ASSERT_EQ(test, 0, http_bench_setup(sizes[i]));
		len = http_bench_run(buf, PAGE_SIZE, 300, now_ns);
		http_bench_teardown();
		KUNIT_ASSERT_GT(test, len, 0);
		for (rest = buf; (line = strsep(&rest, "\n")) && *line;)
			kunit_info(test, "ns: %s\n", line);
	}
}

static struct kunit_case http_kunit_cases[] = {
	KUNIT_CASE(a_route_is_served_from_its_registration_on),
	KUNIT_CASE(what_is_replaced_needs_no_new_tree),
	KUNIT_CASE(the_next_best_route_takes_over),
	KUNIT_CASE(two_names_of_one_pattern),
	KUNIT_CASE(keys_that_are_no_routes),
	KUNIT_CASE(a_route_of_another_signature_is_an_error),
	KUNIT_CASE(values_of_handlers_are_statuses),
	KUNIT_CASE(the_ways_agree),
	KUNIT_CASE(bench_at_native_speed),
	{ }
};

static struct kunit_suite http_suite = {
	.name = "hdt_http",
	.init = http_init,
	.exit = http_exit,
	.test_cases = http_kunit_cases,
};

kunit_test_suite(http_suite);
