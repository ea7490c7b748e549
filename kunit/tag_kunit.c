// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the hardware tags (arm64's MTE): a handler that keeps its captured
 * context, and uses it after the release, is caught in the act, and the report
 * says who it is. On other kernels there is nothing to see here.
 *
 * KASAN turns the check off for the CPU that it has reported from, so this suite
 * is the last but the leaks' and the counters'.
 */
#include <linux/string.h>
#include <trace/events/printk.h>

#include "fixture.h"

struct captured {
	long add;
	char more[56];
};

static struct captured *kept;

static long handler_that_keeps_its_ctx(void *ctx, long x)
{
	kept = ctx;
	return kept->add + x;
}

/* Its own thread: KASAN fails a test that a report comes from. */
static noinline int handler_that_uses_it_late(void *unused)
{
	return READ_ONCE(kept->add) == 1;
}

/* What has been reported, of which function. */
static struct {
	int nr_reports;
	bool named;
} seen;

static void probe_console(void *data, const char *text, size_t len)
{
	if (!strnstr(text, "BUG: KASAN: ", len))
		return;
	seen.nr_reports++;
	seen.named |= !!strnstr(text, "handler_that_uses_it_late", len);
}

static void unregister_probe(void *unused)
{
	unregister_trace_console(probe_console, NULL);
	tracepoint_synchronize_unregister();
}

static void ctx_used_after_release_is_caught(struct kunit *test)
{
	struct captured captured = { .add = 40 };
	struct hdt_opts opts = { .capture = &captured, .capture_size = sizeof(captured) };
	struct hdt_table *table = fixture_table(test, NULL);

	if (!IS_ENABLED(CONFIG_KASAN_HW_TAGS))
		kunit_skip(test, "memory has no tags: no CONFIG_KASAN_HW_TAGS");
	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, 0, register_trace_console(probe_console, NULL));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unregister_probe, NULL));

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", handler_that_keeps_its_ctx,
						   NULL, &opts));
	KUNIT_EXPECT_EQ(test, 42, by_key(table, "key", 2));
	KUNIT_EXPECT_EQ(test, 0, fixture_join(test, fixture_thread(test, handler_that_uses_it_late,
								   NULL)));
	KUNIT_EXPECT_EQ_MSG(test, 0, seen.nr_reports, "reported while it was valid");

	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	fixture_join(test, fixture_thread(test, handler_that_uses_it_late, NULL));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_reports);
	KUNIT_EXPECT_TRUE_MSG(test, seen.named, "the report does not say who it was");
}

static struct kunit_case tag_cases[] = {
	KUNIT_CASE(ctx_used_after_release_is_caught),
	{}
};

static struct kunit_suite tag_suite = {
	.name = "hdt_tag",
	.init = fixture_init,
	.test_cases = tag_cases,
};

kunit_test_suite(tag_suite);
