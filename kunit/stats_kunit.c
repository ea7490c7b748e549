// SPDX-License-Identifier: GPL-2.0-only
/* Statistics: what is counted, for whom, and what switching them does. */
#include <linux/delay.h>
#include <linux/random.h>

#include "fixture.h"
#include "stats.h"

static struct hdt_totals totals(struct kunit *test, struct hdt_table *table, const char *key)
{
	struct hdt_registry *registry = to_registry(table);
	struct hdt_desc *desc = fixture_desc(test, table, key);
	struct hdt_totals totals;
	bool on;
	int idx;

	idx = hdt_bracket_enter(registry);
	on = hdt_stats_read(registry, desc, &totals);
	hdt_bracket_leave(registry, idx);
	KUNIT_EXPECT_EQ(test, hdt_stats_on(registry), on);
	return totals;
}

static u64 calls(struct kunit *test, struct hdt_table *table, const char *key)
{
	return totals(test, table, key).calls;
}

static int switch_stats(struct hdt_table *table, bool on)
{
	return hdt_stats_switch(to_registry(table), on);
}

static struct hdt_table *stats_table(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;

	return fixture_table(test, &(struct hdt_table_opts){ .sleepable = class->sleepable,
							     .stats = true });
}

static void call_in_each_way(struct kunit *test, struct hdt_table *table)
{
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_bytes(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_prepared(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_new_handle(table, "key", 1));
}

static void calls_are_counted(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "other", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
	call_in_each_way(test, table);
	KUNIT_EXPECT_EQ(test, 4, calls(test, table, "key"));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "other"));
	KUNIT_EXPECT_EQ(test, 0, totals(test, table, "other").ns);
}

static void refused_calls_are_not_counted(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, word_call(table, "key", NULL, ""));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
}

static long take_time(void *ctx, long x)
{
	u64 end = ktime_get_ns() + x;

	while (ktime_get_ns() < end)
		cpu_relax();
	return 1;
}

struct outer {
	struct hdt_table *table;
};

static long call_inner(void *ctx, long x)
{
	struct outer *outer = ctx;

	return by_key(outer->table, "inner", x);
}

/* A handler's time is that of what it calls, too. */
static void time_is_counted(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);
	struct outer *outer = kunit_kzalloc(test, sizeof(*outer), GFP_KERNEL);
	u64 start, took, ns;

	KUNIT_ASSERT_NOT_NULL(test, outer);
	outer->table = table;
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "outer", call_inner, outer));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "inner", take_time, NULL));
	start = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "outer", 20000));
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "inner", 30000));
	took = ktime_get_ns() - start;
	ns = totals(test, table, "inner").ns;
	KUNIT_EXPECT_EQ(test, 2, calls(test, table, "inner"));
	KUNIT_EXPECT_GE(test, ns, 50000);
	KUNIT_EXPECT_LE(test, ns, took);
	KUNIT_EXPECT_GE(test, totals(test, table, "outer").ns, 20000);
	KUNIT_EXPECT_LE(test, totals(test, table, "outer").ns + 30000, took);
}

/* On and off where handlers are there already. */
static void can_be_switched(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	call_in_each_way(test, table);
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, false));
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, true));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
	call_in_each_way(test, table);
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, true));
	KUNIT_EXPECT_EQ(test, 4, calls(test, table, "key"));
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, false));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
	call_in_each_way(test, table);
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, true));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
}

/* Off, a table has no flag but its class, so that its calls are inlined. */
static void off_leaves_no_trace(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;
	struct hdt_table *table = fixture_class_table(test);
	unsigned int flags = class->sleepable ? HDT_TABLE_SLEEPABLE : 0;

	KUNIT_EXPECT_EQ(test, flags, table->flags);
	KUNIT_ASSERT_EQ(test, 0, switch_stats(table, true));
	KUNIT_EXPECT_EQ(test, flags | HDT_TABLE_STATS, table->flags);
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, false));
	KUNIT_EXPECT_EQ(test, flags, table->flags);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(to_registry(table)->stats));
}

static void a_destroyed_table_has_none(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, switch_stats(table, true));
	KUNIT_EXPECT_EQ(test, HDT_TABLE_DEAD, table->flags & ~HDT_TABLE_SLEEPABLE);
	KUNIT_EXPECT_EQ(test, 0, switch_stats(table, false));
}

static void a_replacement_begins_at_zero(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	call_in_each_way(test, table);
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, calls(test, table, "key"));
}

static void a_new_handler_of_a_slot_begins_at_zero(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);
	u32 slot;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	call_in_each_way(test, table);
	slot = hdt_desc_slot(fixture_desc(test, table, "key"));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "next", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, slot, hdt_desc_slot(fixture_desc(test, table, "next")));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "next"));
}

struct late {
	struct hdt_table *table;
	struct fixture_gate *gate;
};

static int call_and_stay(void *arg)
{
	struct late *late = arg;

	return by_key(late->table, "key", 1);
}

static struct late *enter_and_stay(struct kunit *test, struct hdt_table *table,
				   struct fixture_thread **thread)
{
	struct late *late = kunit_kzalloc(test, sizeof(*late), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, late);
	late->table = table;
	late->gate = fixture_gate(test, table);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_stay, late->gate));
	*thread = fixture_thread(test, call_and_stay, late);
	fixture_await_entry(test, late->gate);
	return late;
}

/* Its slot is another's by then, who has been counted already. */
static void a_late_call_is_not_its_successors(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);
	struct fixture_thread *thread;
	struct late *late = enter_and_stay(test, table, &thread);
	u32 slot = hdt_desc_slot(fixture_desc(test, table, "key"));
	struct hdt_totals before;

	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, slot, hdt_desc_slot(fixture_desc(test, table, "key")));
	call_in_each_way(test, table);
	before = totals(test, table, "key");
	complete_all(&late->gate->go);
	KUNIT_EXPECT_EQ(test, 1, fixture_join(test, thread));
	KUNIT_EXPECT_EQ(test, 4, before.calls);
	KUNIT_EXPECT_EQ(test, 4, calls(test, table, "key"));
	KUNIT_EXPECT_EQ(test, before.ns, totals(test, table, "key").ns);
}

/* One that began before they were on has no beginning, and does not count. */
static void a_call_that_began_before_does_not_count(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct fixture_thread *thread;
	struct late *late = enter_and_stay(test, table, &thread);

	KUNIT_ASSERT_EQ(test, 0, switch_stats(table, true));
	complete_all(&late->gate->go);
	KUNIT_EXPECT_EQ(test, 1, fixture_join(test, thread));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, calls(test, table, "key"));
}

static int switch_off(void *table)
{
	return switch_stats(table, false);
}

/* [G3] Its counters stay until it has ended: switching off waits for it. */
static void a_call_keeps_the_counters(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);
	struct fixture_thread *thread, *off;
	struct late *late = enter_and_stay(test, table, &thread);

	off = fixture_thread(test, switch_off, table);
	KUNIT_EXPECT_FALSE(test, fixture_ended(off));
	/* And does not keep others from registering. */
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "other", fixture_double, NULL));
	complete_all(&late->gate->go);
	KUNIT_EXPECT_EQ(test, 1, fixture_join(test, thread));
	KUNIT_EXPECT_EQ(test, 0, fixture_join(test, off));
	KUNIT_EXPECT_EQ(test, 0, calls(test, table, "key"));
}

static void growth_keeps_the_counts(struct kunit *test)
{
	struct hdt_table *table = stats_table(test);
	char key[8];
	int i;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	for (i = 0; i < 500; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
		KUNIT_ASSERT_EQ(test, 2, by_key(table, "key", 1));
		KUNIT_ASSERT_EQ(test, 2, by_key(table, key, 1));
	}
	KUNIT_EXPECT_EQ(test, 500, calls(test, table, "key"));
	for (i = 0; i < 500; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ_MSG(test, 1, calls(test, table, key), "handler %d", i);
	}
}

/* Whatever happens, in whatever order, against a plain array of numbers. */
#define KEYS	8

struct model {
	struct hdt_table *table;
	char key[KEYS][4];
	bool there[KEYS];
	u64 calls[KEYS];
	bool on;
};

static int step(struct model *m, u32 random)
{
	struct hdt_table *table = m->table;
	int i = random % KEYS, err = 0;
	const char *key = m->key[i];

	switch (random / KEYS % 16) {
	case 0:
		m->on = !m->on;
		memset(m->calls, 0, sizeof(m->calls));
		return switch_stats(table, m->on);
	case 1:
	case 2:
		err = m->there[i] ? hdt_unregister(table, key)
				  : num_register(table, key, fixture_double, NULL);
		m->there[i] = !m->there[i];
		m->calls[i] = 0;
		return err;
	case 3:
		if (m->there[i])
			err = num_replace(table, key, 0, fixture_double, NULL);
		m->calls[i] = 0;
		return err;
	default:
		m->calls[i] += m->there[i] && m->on;
		err = by_new_handle(table, key, 1);
		return err == (m->there[i] ? 2 : -ENOENT) ? 0 : -EIO;
	}
}

static void counts_are_those_of_a_model(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	/* A grace period of RCU Tasks Trace takes its time. */
	int steps = class->sleepable ? 300 : 10000;
	struct rnd_state state;
	u32 seed = get_random_u32();
	int i, k;

	KUNIT_ASSERT_NOT_NULL(test, m);
	kunit_info(test, "seed %u", seed);
	prandom_seed_state(&state, seed);
	m->table = fixture_class_table(test);
	for (k = 0; k < KEYS; k++)
		snprintf(m->key[k], sizeof(m->key[k]), "k%d", k);
	for (i = 0; i < steps; i++) {
		KUNIT_ASSERT_EQ_MSG(test, 0, step(m, prandom_u32_state(&state)), "step %d", i);
		k = i % KEYS;
		if (m->there[k])
			KUNIT_ASSERT_EQ_MSG(test, m->calls[k], calls(test, m->table, m->key[k]),
					    "step %d", i);
	}
}

static struct kunit_case stats_cases[] = {
	KUNIT_CASE_PARAM(calls_are_counted, fixture_each_class),
	KUNIT_CASE_PARAM(refused_calls_are_not_counted, fixture_each_class),
	KUNIT_CASE_PARAM(time_is_counted, fixture_each_class),
	KUNIT_CASE_PARAM(can_be_switched, fixture_each_class),
	KUNIT_CASE_PARAM(off_leaves_no_trace, fixture_each_class),
	KUNIT_CASE_PARAM(a_destroyed_table_has_none, fixture_each_class),
	KUNIT_CASE_PARAM(a_replacement_begins_at_zero, fixture_each_class),
	KUNIT_CASE_PARAM(a_new_handler_of_a_slot_begins_at_zero, fixture_each_class),
	KUNIT_CASE_PARAM(a_late_call_is_not_its_successors, fixture_each_class),
	KUNIT_CASE_PARAM(a_call_that_began_before_does_not_count, fixture_each_class),
	KUNIT_CASE_PARAM(a_call_keeps_the_counters, fixture_each_class),
	KUNIT_CASE_PARAM(growth_keeps_the_counts, fixture_each_class),
	KUNIT_CASE_PARAM(counts_are_those_of_a_model, fixture_each_class),
	{}
};

static struct kunit_suite stats_suite = {
	.name = "hdt_stats",
	.init = fixture_init,
	.test_cases = stats_cases,
};

kunit_test_suite(stats_suite);
