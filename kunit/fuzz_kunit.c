// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations, done to hdt and to a model (fuzz_model.c), which have to
 * agree on every outcome: errno, value, handle, version, releases. Handlers may
 * themselves do operations, so that things change and go while they run. One
 * task does it all, and the seed tells what: see fuzz_race_kunit.c for several.
 *
 * The parameters fuzz_kunit.seed and fuzz_kunit.ops say which and how many.
 */
#include <linux/module.h>
#include <linux/random.h>

#include "fuzz_model.h"

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "of the fuzzer (0: a random one)");
static unsigned long ops;
module_param(ops, ulong, 0444);
MODULE_PARM_DESC(ops, "operations of the fuzzer (0: those of a second)");

static const struct {
	const char *name;
	void (*run)(struct fuzz *f);
	u32 share;
} operations[] = {
	{ "call", fuzz_op_call, 400 },
	{ "call by handle", fuzz_op_call_handle, 200 },
	{ "get", fuzz_op_get, 100 },
	{ "version", fuzz_op_version, 50 },
	{ "register", fuzz_op_register, 110 },
	{ "replace", fuzz_op_replace, 60 },
	{ "unregister", fuzz_op_unregister, 40 },
	{ "unregister_async", fuzz_op_unregister_async, 30 },
	{ "reap", fuzz_op_reap, 4 },
	{ "unregister_all", fuzz_op_unregister_all, 3 },
	{ "destroy", fuzz_op_destroy, 2 },
	{ "sweep", fuzz_op_sweep, 1 },
};

void fuzz_operation(struct fuzz *f)
{
	const char *before = f->doing;
	u32 at = fuzz_below(f, 1000), i;

	for (i = 0; at >= operations[i].share; i++)
		at -= operations[i].share;
	f->doing = operations[i].name;
	operations[i].run(f);
	if (!f->failed)
		f->doing = before;
}

/* Where grace periods are real, a second has few. */
static bool go_on(const struct fuzz *f, unsigned long end)
{
	if (f->failed)
		return false;
	return ops ? f->op < ops : time_before(jiffies, end);
}

static void random_operations_agree_with_the_model(struct kunit *test)
{
	struct fuzz *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned long end;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->test = test;
	f->seed = seed ?: get_random_u64();
	f->modules[1] = fixture(test)->owner;
	f->modules[2] = fixture(test)->stranger;
	f->doing = "nothing yet";
	kunit_info(test, "seed %llu\n", f->seed);
	prandom_seed_state(&f->random, f->seed);
	for (i = 0; i < FUZZ_KEYS; i++)
		fuzz_random_key(f, f->keys[i]);
	for (i = 0; i < FUZZ_TABLES; i++)
		fuzz_make_table(f, &f->tables[i]);
	end = jiffies + HZ;
	for (f->op = 0; go_on(f, end); f->op++) {
		fuzz_operation(f);
		/* Other keys, one at a time: those in the tables stay there. */
		if (!(f->op % 512))
			fuzz_random_key(f, f->keys[fuzz_below(f, FUZZ_KEYS)]);
		if (!(f->op % 4096))
			cond_resched();
	}
	KUNIT_ASSERT_FALSE(test, f->failed);
	for (i = 0; i < FUZZ_TABLES; i++) {
		struct fuzz_table *t = &f->tables[i];

		if (!t->dead)
			fuzz_expect(f, "destroy", 0, __hdt_table_destroy(t->table, t->creator));
		fuzz_remove_all(f, t, NULL, true);
		fuzz_drop_table(t);
	}
	kunit_info(test, "SUMMARY fuzz seed=%llu ops=%lu ran=%lu refused=%lu changes=%lu releases=%lu\n",
		   f->seed, f->op, f->nr_ran, f->nr_refused, f->nr_changes, f->nr_released);
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE_SLOW(random_operations_agree_with_the_model),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "hdt_fuzz",
	.init = fixture_init,
	.test_cases = fuzz_cases,
};

kunit_test_suite(fuzz_suite);
