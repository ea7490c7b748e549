// SPDX-License-Identifier: GPL-2.0-only
/*
 * Out of memory: each allocation of each operation is made to fail, alone and
 * together with all that follow it. The operation then says -ENOMEM, has changed
 * nothing, and succeeds when it is repeated.
 */
#include "context.h"
#include "fixture.h"
#include "shortage.h"
#include "snapshot.h"
#include "stats.h"

struct trial;

/* What is tried. It hands over @nr handlers of these @kinds, by turns. */
struct operation {
	const char *name;
	int (*run)(struct trial *t);
	unsigned int at_least;		/* kmalloc()s that it makes */
	const char *kinds;		/* see set_handler() */
	unsigned int nr;
	const char *key;		/* of the only handler, which replaces "a" */
	bool collide;			/* keys that do not fit into the index they come to */
	bool owner;			/* a module that has nothing in the table yet */
	bool stats;			/* and alloc_percpu() has nothing left */
	bool without_table;		/* when it begins */
	int (*prepare)(struct trial *t);
};

/* In all: allocations that failed, operations that did; in atomic and sleepable tables. */
static int nr_failed[2], nr_refused[2];

struct captured {
	long add;			/* first: for fixture_add() */
	int *nr_released;
};

struct trial {
	struct kunit *test;
	const struct operation *op;
	struct hdt_table_opts opts;
	char name[24];
	struct hdt_table *table;	/* in it "a", doubling, and "b", adding 40 */
	struct module *owner;
	struct hdt_provides provides;
	struct hdt_handler *handlers;
	char (*keys)[8];
	struct captured captured;
	int nr_releases;		/* handlers that have one */
	int nr_handed, nr_released;	/* releases: due sooner or later, run */
	int nr_old_released;		/* that of "a" */
	int nr_failed, nr_refused;	/* allocations, operations */
};

static void release_captured(void *ctx)
{
	++*((struct captured *)ctx)->nr_released;
}

static void set_handler(struct trial *t, struct hdt_handler *handler, const char *key, char kind)
{
	*handler = num_handler(key, fixture_triple, NULL);
	switch (kind) {
	case 'w':	/* word, the other signature */
		handler->sig = &word_sig;
		handler->entry = (hdt_entry_t)fixture_word;
		break;
	case 'c':	/* capture */
		handler->entry = (hdt_entry_t)fixture_add;
		handler->opts = (struct hdt_opts){ .capture = &t->captured,
						   .capture_size = sizeof(t->captured),
						   .release = release_captured };
		break;
	case 'e':
		handler->opts.mode = HDT_EXCLUSIVE;
		break;
	case 'o':
		handler->opts.mode = HDT_ONCE;
		break;
	case 'r':	/* release */
		handler->ctx = &t->nr_released;
		handler->opts.release = fixture_release;
		break;
	}
	t->nr_releases += !!handler->opts.release;
}

#define COLLIDING	(HDT_PROBE_MAX * HDT_LANES + 1)	/* keys of one home: one too many */
#define BUCKETS		64				/* of the index that they come to */

/* Another one than the last. */
static void make_key(char key[8], bool collide)
{
	static unsigned int nr;
	size_t len;

	do {
		nr = (nr + 1) % 1000000;
		len = snprintf(key, 8, "k%u", nr);
	} while (collide && hdt_hash(key, len) % BUCKETS);
}

static struct trial *trial(struct kunit *test, const struct operation *op, bool sleepable)
{
	struct trial *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->handlers = kunit_kcalloc(test, op->nr + 1, sizeof(*t->handlers), GFP_KERNEL);
	t->keys = kunit_kcalloc(test, op->nr + 1, sizeof(*t->keys), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, t->handlers && t->keys);
	t->test = test;
	t->op = op;
	t->opts = (struct hdt_table_opts){ .sleepable = sleepable, .stats = op->stats };
	t->owner = op->owner ? fixture(test)->owner : NULL;
	t->captured = (struct captured){ .add = 40, .nr_released = &t->nr_released };
	for (i = 0; i < op->nr; i++) {
		make_key(t->keys[i], op->collide);
		set_handler(t, &t->handlers[i], op->key ?: t->keys[i],
			    op->kinds[i % strlen(op->kinds)]);
	}
	t->provides = (struct hdt_provides){ .table = t->name, .handlers = t->handlers,
					     .nr = op->nr, .handler_size = sizeof(*t->handlers) };
	return t;
}

static void begin(struct trial *t)
{
	struct hdt_handler standing[] = {
		num_handler("a", fixture_double, &t->nr_old_released),
		num_handler("b", fixture_add, &t->captured.add),
	};
	static unsigned int nr;

	snprintf(t->name, sizeof(t->name), "kunit-alloc-%u", ++nr);
	t->table = NULL;
	t->nr_handed = 0;
	t->nr_released = 0;
	t->nr_old_released = 0;
	if (!t->op->without_table) {
		t->table = hdt_table_create(t->name, &t->opts);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(t->test, t->table);
		hdt_registry_get(to_registry(t->table));
		standing[0].opts.release = fixture_release;
		KUNIT_EXPECT_EQ(t->test, 0, hdt_register_all(t->table, standing));
	}
	if (t->op->prepare)
		KUNIT_EXPECT_EQ(t->test, 0, t->op->prepare(t));
}

static void expect_unchanged(struct trial *t, const struct snapshot *before)
{
	struct snapshot now = snapshot(t->table);
	unsigned int i;

	KUNIT_EXPECT_MEMEQ(t->test, before, &now, sizeof(now));
	KUNIT_EXPECT_EQ(t->test, t->nr_handed, t->nr_released);
	KUNIT_EXPECT_EQ(t->test, 0, t->nr_old_released);
	if (!t->table)
		return;
	expect_sound(t->test, t->table);
	KUNIT_EXPECT_EQ(t->test, 2, by_key(t->table, "a", 1));
	KUNIT_EXPECT_EQ(t->test, 41, by_key(t->table, "b", 1));
	KUNIT_EXPECT_EQ(t->test, 2, by_handle(t->table, before->a, 1));
	KUNIT_EXPECT_EQ(t->test, 41, by_handle(t->table, before->b, 1));
	for (i = 0; i < t->op->nr; i++)
		KUNIT_EXPECT_EQ(t->test, 0, hdt_version(t->table, t->keys[i]));
}

static void expect_done(struct trial *t, const struct snapshot *before)
{
	unsigned int i;
	int len = 0;

	if (!t->table)
		return;
	/* Where one cannot wait the end of the old handler comes later. */
	fixture_reap(t->table);
	expect_sound(t->test, t->table);
	KUNIT_EXPECT_EQ(t->test, t->nr_handed - t->nr_releases, t->nr_released);
	KUNIT_EXPECT_EQ(t->test, !!t->op->key, t->nr_old_released);
	for (i = 0; i < t->op->nr; i++) {
		const struct hdt_handler *handler = &t->handlers[i];

		if (handler->sig == &num_sig)
			KUNIT_EXPECT_EQ(t->test, handler->opts.capture ? 41 : 3,
					by_key(t->table, handler->key, 1));
		else
			KUNIT_EXPECT_EQ(t->test, 0, word_call(t->table, handler->key, &len, "x"));
	}
	if (t->op->key)
		KUNIT_EXPECT_TRUE(t->test, same_handle(before->a, num_get(t->table, "a")));
}

static void end(struct trial *t)
{
	__hdt_withdraw(fixture(t->test)->owner);
	if (t->table) {
		KUNIT_EXPECT_EQ(t->test, 0, hdt_table_destroy(t->table));
		KUNIT_EXPECT_EQ(t->test, 0, to_registry(t->table)->nr_handlers);
		expect_sound(t->test, t->table);
		hdt_table_put(t->table);
	}
	KUNIT_EXPECT_EQ(t->test, t->nr_handed, t->nr_released);
	KUNIT_EXPECT_EQ(t->test, !t->op->without_table, t->nr_old_released);
}

static bool attempt(struct trial *t, unsigned int nth, bool all)
{
	struct shortage shortage;
	struct snapshot before;
	int err, expected = 0;

	begin(t);
	before = snapshot(t->table);
	if (t->op->stats)
		shortage_drain_percpu();
	shortage_begin(nth, all);
	err = t->op->run(t);
	shortage = shortage_end();
	/* kvmalloc() of more than a page can fall back to vmalloc(). */
	if (shortage.nr_failed && (all || shortage.size <= PAGE_SIZE))
		expected = -ENOMEM;
	/* alloc_percpu() takes pages, too, which are not counted. */
	if (t->op->stats && shortage.nr < nth && err == -ENOMEM)
		expected = err;
	KUNIT_EXPECT_EQ_MSG(t->test, expected, err, "allocation %u%s", nth,
			    all ? " and all after it" : "");
	t->nr_failed += !!shortage.nr_failed;
	t->nr_refused += !!err;
	if (err) {
		expect_unchanged(t, &before);
		KUNIT_EXPECT_EQ(t->test, 0, t->op->run(t));
	}
	expect_done(t, &before);
	shortage_refill_percpu();
	end(t);
	return shortage.nr >= nth && t->test->status == KUNIT_SUCCESS;
}

/* The first allocation that is tried: of many colliding keys only those that matter. */
static unsigned int first(struct trial *t)
{
	unsigned int nr;

	if (!t->op->collide)
		return 1;
	begin(t);
	shortage_begin(SHORTAGE_NEVER, false);
	KUNIT_EXPECT_EQ(t->test, 0, t->op->run(t));
	nr = shortage_end().nr;
	end(t);
	return max(nr, 30) - 29;
}

static void fail_each(struct kunit *test, bool sleepable)
{
	struct trial *t = trial(test, test->param_value, sleepable);
	unsigned int start = first(t), nth;

	for (nth = start; attempt(t, nth, false); nth++)
		;
	KUNIT_EXPECT_GE(test, t->nr_failed, t->op->at_least);
	for (nth = start; attempt(t, nth, true); nth++)
		;
	KUNIT_EXPECT_GE(test, t->nr_failed, 2 * t->op->at_least);
	nr_failed[sleepable] += t->nr_failed;
	nr_refused[sleepable] += t->nr_refused;
	kunit_info(test, "%s: an allocation failed %d times, the operation %d times\n",
		   t->op->name, t->nr_failed, t->nr_refused);
}

static int run_create(struct trial *t)
{
	struct hdt_table *table = hdt_table_create(t->name, &t->opts);

	if (IS_ERR(table))
		return PTR_ERR(table);
	hdt_registry_get(to_registry(table));
	t->table = table;
	return 0;
}

/* What waits for the table is registered whole or waits on. */
static int run_create_awaited(struct trial *t)
{
	int err = run_create(t), nr = 0, i;

	for (i = 0; i < t->op->nr && !err; i++)
		nr += !!hdt_version(t->table, t->keys[i]);
	if (err || nr == t->op->nr)
		return err;
	hdt_table_destroy(t->table);
	hdt_table_put(t->table);
	t->table = NULL;
	return nr ? -EIO : -ENOMEM;
}

static int run_provide(struct trial *t)
{
	return __hdt_provide(&t->provides, t->owner);
}

static int run_register(struct trial *t)
{
	t->nr_handed += t->nr_releases;
	return __hdt_register(t->table, t->handlers, t->op->nr, t->owner);
}

/* With the two that are there so many that the next twenty make index and slots grow. */
static int fill(struct trial *t)
{
	static struct hdt_handler handlers[30];
	static char keys[30][8];
	int i;

	for (i = 0; i < 30; i++) {
		make_key(keys[i], false);
		handlers[i] = num_handler(keys[i], fixture_double, NULL);
	}
	return hdt_register_all(t->table, handlers);
}

static int run_replace(struct trial *t)
{
	int err = __hdt_replace(t->table, t->handlers, 0, t->owner);

	/* Where release cannot run, a failure leaves ctx the caller's. */
	if (!err || hdt_may_sleep())
		t->nr_handed += t->nr_releases;
	return err;
}

static long replace_inside(void *ctx, long x)
{
	return run_replace(ctx);
}

static int register_inside(struct trial *t)
{
	return num_register(t->table, "inside", replace_inside, t);
}

static int run_inside(struct trial *t)
{
	return by_key(t->table, "inside", 1);
}

static int switch_off(struct trial *t)
{
	return hdt_stats_switch(to_registry(t->table), false);
}

static int run_switch_on(struct trial *t)
{
	return hdt_stats_switch(to_registry(t->table), true);
}

static const struct operation operations[] = {
	{ "create", run_create, 5, .stats = true, .without_table = true },
	{ "create, handlers wait", run_create_awaited, 3 + 10, "pe", 8, .prepare = run_provide,
	  .owner = true, .without_table = true },
	{ "register", run_register, 2, "p", 1 },
	{ "register 80 with stats", run_register, 1 + 80 + 4, "p", 80, .stats = true },
	{ "switch stats on", run_switch_on, 2, .stats = true, .prepare = switch_off },
	{ "register with release", run_register, 2, "r", 1 },
	{ "register with capture", run_register, 3, "c", 1 },
	{ "register exclusive", run_register, 2, "e", 1 },
	{ "register once", run_register, 2, "o", 1 },
	{ "register another signature", run_register, 3, "w", 1 },
	{ "register of another module", run_register, 3, "r", 1, .owner = true },
	{ "register into a full table", run_register, 1 + 20 + 2, "r", 20, .prepare = fill },
	{ "register 40", run_register, 1 + 48 + 4, "prcew", 40, .owner = true },
	{ "register keys that collide", run_register, 3, "r", COLLIDING, .collide = true },
	{ "replace", run_replace, 2, "r", 1, "a" },
	{ "replace with capture", run_replace, 3, "c", 1, "a" },
	{ "replace by another module", run_replace, 3, "c", 1, "a", .owner = true },
	{ "replace inside a handler", run_inside, 3, "r", 1, "a", .prepare = register_inside },
	{ "replace with capture inside", run_inside, 4, "c", 1, "a", .owner = true,
	  .prepare = register_inside },
	{ "provide", run_provide, 1 + 5, "pw", 2, .owner = true },
	{ "provide before the table", run_provide, 1, "p", 1, .owner = true,
	  .without_table = true },
};

KUNIT_ARRAY_PARAM_DESC(operation, operations, name);

static void fails_in_atomic_table(struct kunit *test)
{
	fail_each(test, false);
}

static void fails_in_sleepable_table(struct kunit *test)
{
	fail_each(test, true);
}

/* Nobody can be asked for a module, so there is none: the key is not there. */
static void load_fails(struct kunit *test, bool sleepable)
{
	struct hdt_table *table = fixture_table(test, &(struct hdt_table_opts){
		.sleepable = sleepable, .autoload = true });
	unsigned int nth, nr = 0;
	struct shortage shortage;
	char key[8];
	int err;

	do {
		make_key(key, false);	/* one that was not found is not asked for again */
		nth = ++nr;
		shortage_begin(nth, false);
		err = hdt_table_load(table, key);
		shortage = shortage_end();
		KUNIT_EXPECT_EQ_MSG(test, -ENOENT, err, "allocation %u", nth);
		nr_failed[sleepable] += !!shortage.nr_failed;
		nr_refused[sleepable] += !!shortage.nr_failed;
	} while (shortage.nr >= nth);
	KUNIT_EXPECT_GE(test, nr, 3);
	KUNIT_EXPECT_EQ(test, nr, fixture_faults(table, HDT_NO_KEY));
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_load(table, "key"));
}

static void load_fails_for_atomic_table(struct kunit *test)
{
	load_fails(test, false);
}

static void load_fails_for_sleepable_table(struct kunit *test)
{
	load_fails(test, true);
}

static void alloc_summary(struct kunit_suite *suite)
{
	pr_info("SUMMARY alloc failed=%d refused=%d in atomic tables, failed=%d refused=%d in sleepable ones\n",
		nr_failed[0], nr_refused[0], nr_failed[1], nr_refused[1]);
}

static int alloc_init(struct kunit *test)
{
	return shortage_init(test) ?: fixture_init(test);
}

#define SLOW { .speed = KUNIT_SPEED_SLOW }
static struct kunit_case alloc_cases[] = {
	KUNIT_CASE_PARAM_ATTR(fails_in_atomic_table, operation_gen_params, SLOW),
	KUNIT_CASE_PARAM_ATTR(fails_in_sleepable_table, operation_gen_params, SLOW),
	KUNIT_CASE(load_fails_for_atomic_table),
	KUNIT_CASE(load_fails_for_sleepable_table),
	{}
};

static struct kunit_suite alloc_suite = {
	.name = "hdt_alloc",
	.init = alloc_init,
	.exit = shortage_exit,
	.suite_exit = alloc_summary,
	.test_cases = alloc_cases,
};

kunit_test_suite(alloc_suite);
