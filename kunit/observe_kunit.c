// SPDX-License-Identifier: GPL-2.0-only
/* What the events say of a call's time and stack, and of a removal's wait. */
#include <linux/timekeeping.h>

#include "fixture.h"
#include "observe.h"
#include "trace.h"

#define CALLS_MAX 8

/* In the order in which the calls end. */
static struct {
	u64 ns[CALLS_MAX];
	int nr_exits;
	struct hdt_stack_use use[CALLS_MAX];
	u32 budget[CALLS_MAX];
	int nr_uses;
	u32 revision[2];		/* registered, unregistered last */
	u64 grace;
	u32 handlers;
	u64 wait_grace, waited;
	int nr_waits;
} seen;

/* Bytes of stack, written to. */
static noinline void scribble(size_t bytes)
{
	char scratch[512];

	memset(scratch, bytes, sizeof(scratch));
	barrier_data(scratch);
	if (bytes > sizeof(scratch))
		scribble(bytes - sizeof(scratch));
	barrier_data(scratch);
}

#define PROBES_SCRIBBLE	3072

static void probe_entry(void *unused, const struct hdt_registry *registry,
			const struct hdt_frame *frame)
{
	scribble(PROBES_SCRIBBLE);
}

static void probe_exit(void *unused, const struct hdt_registry *registry,
		       const struct hdt_frame *frame, u64 ns)
{
	if (seen.nr_exits < CALLS_MAX)
		seen.ns[seen.nr_exits++] = ns;
}

static void probe_stack(void *unused, const struct hdt_registry *registry,
			const struct hdt_frame *frame, const struct hdt_stack_use *use)
{
	if (seen.nr_uses < CALLS_MAX) {
		seen.budget[seen.nr_uses] = hdt_meta_stack(frame->desc->meta) - HDT_STACK_RESERVE;
		seen.use[seen.nr_uses++] = *use;
	}
	scribble(PROBES_SCRIBBLE);
}

static void probe_register(void *unused, const char *table, const struct hdt_desc *desc,
			   const struct module *owner)
{
	seen.revision[0] = hdt_desc_revision(desc);
}

static void probe_unregister(void *unused, const char *table, const struct hdt_desc *desc,
			     const struct module *owner, u64 grace)
{
	seen.revision[1] = hdt_desc_revision(desc);
	seen.grace = grace;
}

static void probe_wait(void *unused, const char *table, u32 handlers, u64 grace, u64 waited)
{
	seen.nr_waits++;
	seen.handlers = handlers;
	seen.wait_grace = grace;
	seen.waited = waited;
}

static void detach_exit(void *unused)
{
	unregister_trace_hdt_call_exit(probe_exit, NULL);
	tracepoint_synchronize_unregister();
}

static void detach_stack(void *unused)
{
	unregister_trace_hdt_call_entry(probe_entry, NULL);
	unregister_trace_hdt_call_stack(probe_stack, NULL);
	tracepoint_synchronize_unregister();
}

static void detach_removal(void *unused)
{
	unregister_trace_hdt_register(probe_register, NULL);
	unregister_trace_hdt_unregister(probe_unregister, NULL);
	unregister_trace_hdt_wait(probe_wait, NULL);
	tracepoint_synchronize_unregister();
}

static void attach_exit(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_exit(probe_exit, NULL));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, detach_exit, NULL));
}

static void attach_stack(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_entry(probe_entry, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_call_stack(probe_stack, NULL));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, detach_stack, NULL));
}

static void attach_removal(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_register(probe_register, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_unregister(probe_unregister, NULL));
	KUNIT_ASSERT_EQ(test, 0, register_trace_hdt_wait(probe_wait, NULL));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, detach_removal, NULL));
}

/* ---- time --------------------------------------------------------------------- */

/* Microseconds by the clock, which may count in ticks: UML's udelay() is not. */
static long tarry(void *ctx, long x)
{
	u64 end = ktime_get_mono_fast_ns() + x * NSEC_PER_USEC;

	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	return x;
}

static void exit_alone_tells_how_long(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "tarry", tarry, NULL));
	attach_exit(test);
	/* More than two ticks of 10 ms, for a clock that has nothing finer. */
	KUNIT_EXPECT_EQ(test, 25000, by_key(table, "tarry", 25000));
	KUNIT_EXPECT_EQ(test, 1, by_new_handle(table, "tarry", 1));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_exits);
	KUNIT_EXPECT_GE(test, seen.ns[0], 25000000);
	KUNIT_EXPECT_GT(test, seen.ns[1], 0);
	KUNIT_EXPECT_LT(test, seen.ns[1], seen.ns[0]);
}

struct nest {
	struct hdt_table *table;
	const char *inner;
	size_t scribble;
};

static long around(void *ctx, long x)
{
	const struct nest *nest = ctx;

	if (nest->scribble)
		scribble(nest->scribble);
	return by_key(nest->table, nest->inner, x);
}

static struct nest *nested(struct kunit *test, const char *inner, num_fn fn)
{
	struct nest *nest = kunit_kzalloc(test, sizeof(*nest), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, nest);
	nest->table = fixture_class_table(test);
	nest->inner = inner;
	KUNIT_ASSERT_EQ(test, 0, num_register(nest->table, inner, fn, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(nest->table, "around", around, nest));
	return nest;
}

static void nested_calls_have_times_of_their_own(struct kunit *test)
{
	struct nest *nest = nested(test, "tarry", tarry);

	attach_exit(test);
	KUNIT_EXPECT_EQ(test, 200, by_key(nest->table, "around", 200));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_exits);
	KUNIT_EXPECT_GE(test, seen.ns[0], 200000);
	KUNIT_EXPECT_GE(test, seen.ns[1], seen.ns[0]);
}

/* The probe comes, or goes, while the handler runs. */
static long change_probe(void *ctx, long x)
{
	if (x == 1)
		register_trace_hdt_call_exit(probe_exit, NULL);
	else
		unregister_trace_hdt_call_exit(probe_exit, NULL);
	return x;
}

/* In a sleepable table an unobserved call, too, ends out of line, and has an exit event. */
static void call_that_began_unobserved_has_no_time(struct kunit *test)
{
	struct hdt_table *table = fixture_sleepable_table(test);

	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "change", change_probe, NULL));
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "change", 1));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_exits);
	KUNIT_EXPECT_EQ(test, 0, seen.ns[0]);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "change", 2));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_exits);
}

/* ---- stack -------------------------------------------------------------------- */

static long light(void *ctx, long x)
{
	return x;
}

static long heavy(void *ctx, long x)
{
	scribble(x);
	return x;
}

/* Frames of functions, UML's red zone; of KASAN and KCSAN, whose delays an interrupt hits. */
#define SLACK (IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_KCSAN) ? 2048 : HDT_STACK_FLOOR + 128)

static void stack_of_a_handler_is_measured(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .stack_bytes = 4096 };

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "light", light, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "heavy", heavy, NULL, &opts));
	attach_stack(test);
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "light", 1));
	KUNIT_EXPECT_EQ(test, 512, by_bytes(table, "heavy", 512));
	KUNIT_EXPECT_EQ(test, 2048, by_prepared(table, "heavy", 2048));
	KUNIT_EXPECT_EQ(test, 1, by_new_handle(table, "light", 1));
	KUNIT_EXPECT_EQ(test, 4, seen.nr_uses);
	KUNIT_EXPECT_LE(test, seen.use[0].used, SLACK);
	KUNIT_EXPECT_LE(test, seen.use[3].used, SLACK);
	KUNIT_EXPECT_GT(test, seen.use[1].used, 512);
	KUNIT_EXPECT_LE(test, seen.use[1].used, 512 + SLACK);
	KUNIT_EXPECT_GT(test, seen.use[2].used, 2048);
	KUNIT_EXPECT_LE(test, seen.use[2].used, 2048 + 2 * SLACK);
	KUNIT_EXPECT_EQ(test, HDT_STACK_DEFAULT, seen.budget[0]);
	KUNIT_EXPECT_EQ(test, 4096, seen.budget[1]);
	KUNIT_EXPECT_GT(test, seen.use[1].left, 4096);
	KUNIT_EXPECT_LT(test, seen.use[1].left, THREAD_SIZE);
}

/* A nested call's is its caller's as well; what probes use is nobody's. */
static void stack_of_nested_calls_adds_up(struct kunit *test)
{
	struct nest *nest = nested(test, "heavy", heavy);
	unsigned int outer, inner;

	attach_stack(test);
	KUNIT_EXPECT_EQ(test, 1024, by_key(nest->table, "around", 1024));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_uses);
	KUNIT_EXPECT_GT(test, seen.use[0].used, 1024);
	KUNIT_EXPECT_GT(test, seen.use[1].used, seen.use[0].used);
	KUNIT_EXPECT_LT(test, seen.use[1].used, PROBES_SCRIBBLE);
	outer = seen.use[1].left - seen.use[1].used;
	inner = seen.use[0].left - seen.use[0].used;
	/* KASAN's and lockdep's own functions are called between the two, too. */
	KUNIT_EXPECT_LE(test, outer, inner);
	KUNIT_EXPECT_GE(test, outer + (IS_ENABLED(CONFIG_KASAN) ? SLACK : 0), inner);
}

/* What the outer handler used before it made the nested call is not forgotten. */
static void stack_used_before_a_nested_call_counts(struct kunit *test)
{
	struct nest *nest = nested(test, "light", light);

	nest->scribble = 2048;
	attach_stack(test);
	KUNIT_EXPECT_EQ(test, 1, by_key(nest->table, "around", 1));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_uses);
	KUNIT_EXPECT_LE(test, seen.use[0].used, SLACK);
	KUNIT_EXPECT_GT(test, seen.use[1].used, 2048);
	KUNIT_EXPECT_LT(test, seen.use[1].used, PROBES_SCRIBBLE);
}

/* ---- removal ------------------------------------------------------------------ */

static void removals_tell_what_they_waited_for(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	attach_removal(test);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", light, NULL));
	KUNIT_EXPECT_EQ(test, 0, seen.revision[0]);
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", 0, heavy, NULL));
	KUNIT_EXPECT_EQ(test, 1, seen.revision[0]);
	KUNIT_EXPECT_EQ(test, 0, seen.revision[1]);
	KUNIT_EXPECT_EQ(test, 1, seen.nr_waits);
	KUNIT_EXPECT_EQ(test, 1, seen.handlers);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "other", light, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, NULL));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_waits);
	KUNIT_EXPECT_EQ(test, 2, seen.handlers);
	KUNIT_EXPECT_EQ(test, seen.grace, seen.wait_grace);
	KUNIT_EXPECT_GE(test, seen.waited, seen.wait_grace);
	KUNIT_EXPECT_EQ(test, -ENOENT, num_replace(table, "key", 0, heavy, NULL));
	KUNIT_EXPECT_EQ(test, 2, seen.nr_waits);
}

static struct kunit_case observe_cases[] = {
	KUNIT_CASE_PARAM(exit_alone_tells_how_long, fixture_each_class),
	KUNIT_CASE_PARAM(nested_calls_have_times_of_their_own, fixture_each_class),
	KUNIT_CASE(call_that_began_unobserved_has_no_time),
	KUNIT_CASE_PARAM(stack_of_a_handler_is_measured, fixture_each_class),
	KUNIT_CASE_PARAM(stack_of_nested_calls_adds_up, fixture_each_class),
	KUNIT_CASE_PARAM(stack_used_before_a_nested_call_counts, fixture_each_class),
	KUNIT_CASE_PARAM(removals_tell_what_they_waited_for, fixture_each_class),
	{}
};

static struct kunit_suite observe_suite = {
	.name = "hdt_observe",
	.init = fixture_init,
	.test_cases = observe_cases,
};

kunit_test_suite(observe_suite);
