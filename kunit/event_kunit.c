// SPDX-License-Identifier: GPL-2.0-only
/* What hdt tells: its events; and the fault policy. */
#include <linux/moduleparam.h>
#include <linux/workqueue.h>

#include "fixture.h"
#include "report.h"
#include "trace.h"

#define DEEPEST 8

/* What the probes saw, of all tables: nobody else calls meanwhile. */
static struct {
	const struct hdt_frame *inside[DEEPEST];
	int depth, deepest;
	int nr_entries, nr_exits, nr_unmatched;
	int nr_registered, nr_unregistered;
	int nr_faults, reason, err;
	u64 expected, found;
	bool released_first;
} seen;

static int nr_released;

static void probe_entry(void *unused, const struct hdt_registry *registry,
			const struct hdt_frame *frame)
{
	seen.nr_entries++;
	if (seen.depth < DEEPEST)
		seen.inside[seen.depth] = frame;
	seen.depth++;
	seen.deepest = max(seen.deepest, seen.depth);
}

static void probe_exit(void *unused, const struct hdt_registry *registry,
		       const struct hdt_frame *frame, u64 ns)
{
	seen.nr_exits++;
	seen.depth--;
	if (seen.depth < 0 || seen.depth >= DEEPEST || seen.inside[seen.depth] != frame)
		seen.nr_unmatched++;
}

static void probe_register(void *unused, const char *table, const struct hdt_desc *desc,
			   const struct module *owner)
{
	seen.nr_registered++;
}

static void probe_unregister(void *unused, const char *table, const struct hdt_desc *desc,
			     const struct module *owner, u64 grace)
{
	seen.nr_unregistered++;
	seen.released_first = nr_released;
}

static void probe_fault(void *unused, int reason, int err, const struct hdt_fault *fault)
{
	seen.nr_faults++;
	seen.reason = reason;
	seen.err = err;
	seen.expected = fault->expected;
	seen.found = fault->found;
}

static void detach(void *unused)
{
	unregister_trace_hdt_call_entry(probe_entry, NULL);
	unregister_trace_hdt_call_exit(probe_exit, NULL);
	unregister_trace_hdt_register(probe_register, NULL);
	unregister_trace_hdt_unregister(probe_unregister, NULL);
	unregister_trace_hdt_fault(probe_fault, NULL);
	tracepoint_synchronize_unregister();
}

static void attach(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	nr_released = 0;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, detach, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_entry(probe_entry, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_exit(probe_exit, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_register(probe_register, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_unregister(probe_unregister, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_fault(probe_fault, NULL));
}

static void every_way_to_call_makes_a_pair(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	attach(test);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 4, by_bytes(table, "key", 2));
	KUNIT_EXPECT_EQ(test, 6, by_prepared(table, "key", 3));
	KUNIT_EXPECT_EQ(test, 8, by_new_handle(table, "key", 4));
	KUNIT_EXPECT_EQ(test, 4, seen.nr_entries);
	KUNIT_EXPECT_EQ(test, 4, seen.nr_exits);
	KUNIT_EXPECT_EQ(test, 0, seen.nr_unmatched);
	KUNIT_EXPECT_EQ(test, 1, seen.deepest);
}

struct nest {
	struct hdt_table *table[2];
	int left;
};

static long nest(void *ctx, long x)
{
	struct nest *n = ctx;

	return --n->left ? by_key(n->table[n->left == 1], "nest", x + 1) : x;
}

static void nested_calls_nest_their_events(struct kunit *test)
{
	struct nest *n = kunit_kzalloc(test, sizeof(*n), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, n);
	n->table[0] = fixture_class_table(test);
	n->table[1] = fixture_table(test, NULL);
	n->left = 5;
	KUNIT_ASSERT_EQ(test, 0, num_register(n->table[0], "nest", nest, n));
	KUNIT_ASSERT_EQ(test, 0, num_register(n->table[1], "nest", nest, n));
	attach(test);
	KUNIT_EXPECT_EQ(test, 5, by_key(n->table[0], "nest", 1));
	KUNIT_EXPECT_EQ(test, 5, seen.nr_entries);
	KUNIT_EXPECT_EQ(test, 5, seen.nr_exits);
	KUNIT_EXPECT_EQ(test, 5, seen.deepest);
	KUNIT_EXPECT_EQ(test, 0, seen.nr_unmatched);
}

static void refused_call_makes_a_fault_only(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	attach(test);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, seen.nr_entries);
	KUNIT_EXPECT_EQ(test, 0, seen.nr_exits);
	KUNIT_EXPECT_EQ(test, 1, seen.nr_faults);
	KUNIT_EXPECT_EQ(test, (int)HDT_NO_KEY, seen.reason);
	KUNIT_EXPECT_EQ(test, -ENOENT, seen.err);
}

static bool observed(const struct hdt_table *table)
{
	return READ_ONCE(table->flags) & HDT_TABLE_OBSERVED;
}

/* A probe sends the call path out of line, and lets it back in when it goes. */
static void call_path_is_observed_while_there_is_a_probe(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL), *later;

	KUNIT_EXPECT_FALSE(test, observed(table));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_exit(probe_exit, NULL));
	KUNIT_EXPECT_TRUE(test, observed(table));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_entry(probe_entry, NULL));
	later = fixture_table(test, NULL);
	unregister_trace_hdt_call_exit(probe_exit, NULL);
	KUNIT_EXPECT_TRUE(test, observed(table));
	KUNIT_EXPECT_TRUE(test, observed(later));
	unregister_trace_hdt_call_entry(probe_entry, NULL);
	KUNIT_EXPECT_FALSE(test, observed(table));
	KUNIT_EXPECT_FALSE(test, observed(later));
	tracepoint_synchronize_unregister();
}

static void count_release(void *ctx)
{
	nr_released++;
}

static void handlers_come_and_go_with_an_event(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .release = count_release };

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &opts));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_registered);
	KUNIT_EXPECT_EQ(test, -EEXIST, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_registered);
	KUNIT_EXPECT_EQ(test, 0, seen.nr_unregistered);
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_registered);
	KUNIT_EXPECT_EQ(test, 1, seen.nr_unregistered);
	KUNIT_EXPECT_TRUE(test, seen.released_first);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_unregistered);
}

/* A batch that fails half-way was never there. */
static void failed_batch_makes_no_events(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_handler batch[] = {
		num_handler("a", fixture_double, NULL),
		num_handler("b", fixture_double, NULL),
		num_handler("a", fixture_double, NULL),
	};

	attach(test);
	KUNIT_EXPECT_EQ(test, -EEXIST, hdt_register_all(table, batch));
	KUNIT_EXPECT_EQ(test, 0, seen.nr_registered);
	KUNIT_EXPECT_EQ(test, 0, seen.nr_unregistered);
}

static const struct kernel_param *policy(struct kunit *test)
{
	const struct kernel_param *param;

	for (param = __start___param; param < __stop___param; param++)
		if (!strcmp(param->name, "hdt.fault_policy"))
			return param;
	KUNIT_FAIL_AND_ABORT(test, "no parameter hdt.fault_policy");
	return NULL;
}

static void restore_policy(void *param)
{
	const struct kernel_param *policy = param;

	policy->ops->set("report", policy);
}

static void policy_takes_its_three_words(struct kunit *test)
{
	static const char * const words[] = { "quarantine", "panic", "report" };
	const struct kernel_param *param = policy(test);
	char *text = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	text = PTR_ALIGN(text, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, restore_policy, (void *)param));
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		KUNIT_EXPECT_EQ(test, 0, param->ops->set(words[i], param));
		KUNIT_EXPECT_GT(test, param->ops->get(text, param), 0);
		KUNIT_EXPECT_STREQ(test, words[i], strim(text));
	}
	KUNIT_EXPECT_EQ(test, -EINVAL, param->ops->set("ignore", param));
	KUNIT_EXPECT_EQ(test, -EINVAL, param->ops->set("", param));
	KUNIT_EXPECT_GT(test, param->ops->get(text, param), 0);
	KUNIT_EXPECT_STREQ(test, "report", strim(text));
}

/* [G6] Whoever overwrites descriptors is not told which tag would have passed. */
static void fault_tells_no_tag(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	attach(test);
	desc->ctx++;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "key", 1));
	desc->ctx--;
	KUNIT_EXPECT_EQ(test, 1, seen.nr_faults);
	KUNIT_EXPECT_EQ(test, (int)HDT_BROKEN_SEAL, seen.reason);
	KUNIT_EXPECT_EQ(test, 0, seen.expected);
	KUNIT_EXPECT_EQ(test, 0, seen.found);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

/* [G6] With the policy "quarantine", who is found overwritten leaves the table. */
static void quarantine_takes_the_overwritten_one_out(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	const struct kernel_param *param = policy(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "other", fixture_triple, NULL));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, restore_policy, (void *)param));
	KUNIT_ASSERT_EQ(test, 0, param->ops->set("quarantine", param));
	desc = fixture_desc(test, table, "key");
	desc->ctx++;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "key", 1));
	flush_workqueue(hdt_workqueue);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "other", 1));
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	hdt_class_wait(to_registry(table));
	hdt_desc_free(desc);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE_PARAM(every_way_to_call_makes_a_pair, fixture_each_class),
	KUNIT_CASE_PARAM(nested_calls_nest_their_events, fixture_each_class),
	KUNIT_CASE_PARAM(refused_call_makes_a_fault_only, fixture_each_class),
	KUNIT_CASE(call_path_is_observed_while_there_is_a_probe),
	KUNIT_CASE_PARAM(handlers_come_and_go_with_an_event, fixture_each_class),
	KUNIT_CASE_PARAM(failed_batch_makes_no_events, fixture_each_class),
	KUNIT_CASE_PARAM(fault_tells_no_tag, fixture_each_class),
	KUNIT_CASE(policy_takes_its_three_words),
	KUNIT_CASE_PARAM(quarantine_takes_the_overwritten_one_out, fixture_each_class),
	{}
};

static struct kunit_suite event_suite = {
	.name = "hdt_event",
	.init = fixture_init,
	.test_cases = event_cases,
};

kunit_test_suite(event_suite);
