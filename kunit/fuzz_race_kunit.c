// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several tasks at a time: some replace the handlers of a few keys, some remove
 * and register them again, the others call. What a call gave must have been
 * there at some moment while it lasted (G1), whole; and what was replaced or
 * removed, with a wait, must not run any more (G2).
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>

#include "fixture.h"

#define NR_KEYS		6
#define NR_CALLERS	3

static unsigned int ms = IS_ENABLED(CONFIG_UML) ? 300 : 3000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "milliseconds that a race lasts");

struct key;

/* One handler's life. The parity of nr says which function it goes with. */
struct life {
	struct key *key;
	unsigned long nr;
	bool over;
};

struct key {
	char name[8];
	bool goes;		/* it is removed and registered, not replaced */
	unsigned long begun;	/* the life that a change has begun to bring */
	unsigned long done;	/* that which the last change has brought */
	struct life lives[2];	/* the one after the next reuses the first */
};

struct race {
	struct hdt_table *table;
	struct key keys[NR_KEYS];
	num_handle handles[NR_KEYS];
	bool stop;
	u64 seed;
};

struct task {
	struct race *race;
	struct rnd_state random;
	unsigned int first, nr;		/* keys that it changes */
	unsigned long nr_calls, nr_changes;
	const char *trouble;
};

static long live(void *ctx, bool odd)
{
	struct life *life = ctx;
	unsigned long nr = READ_ONCE(life->nr);

	/* Impossible values, which no caller takes. */
	if (READ_ONCE(life->over))
		return -1;
	if ((nr & 1) != odd)
		return -2;
	cpu_relax();
	return READ_ONCE(life->nr) == nr && !READ_ONCE(life->over) ? nr : -3;
}

static long live_odd(void *ctx, long x)
{
	return live(ctx, true);
}

static long live_even(void *ctx, long x)
{
	return live(ctx, false);
}

static void dawdle(struct task *task)
{
	/* UML's interrupts do not preempt: this is where it happens. */
	preempt_disable();
	preempt_enable();
	if (!(prandom_u32_state(&task->random) % 4))
		schedule();
}

/* The key's next life; the one before the last has ended long ago. */
static struct life *next_life(struct key *key)
{
	struct life *life = &key->lives[(key->begun + 1) & 1];

	life->key = key;
	WRITE_ONCE(life->nr, key->begun + 1);
	WRITE_ONCE(life->over, false);
	/* Pairs with smp_load_acquire() in judge(): what may be seen has begun. */
	smp_store_release(&key->begun, key->begun + 1);
	return life;
}

static int change(struct race *race, struct key *key)
{
	struct life *old = &key->lives[key->begun & 1], *life;
	num_fn fn;
	int err = 0;

	if (key->goes) {
		err = hdt_unregister(race->table, key->name);
		WRITE_ONCE(old->over, true);
	}
	life = next_life(key);
	fn = life->nr & 1 ? live_odd : live_even;
	if (err)
		return err;
	if (key->goes) {
		err = num_register(race->table, key->name, fn, life);
	} else {
		err = num_replace(race->table, key->name, 0, fn, life);
		WRITE_ONCE(old->over, true);
	}
	/* Pairs with smp_load_acquire() in call(): later calls get this one. */
	smp_store_release(&key->done, life->nr);
	return err;
}

static int changer(void *data)
{
	struct task *task = data;
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	unsigned int at;
	int err;

	for (; time_before(jiffies, end); task->nr_changes++) {
		at = task->first + prandom_u32_state(&task->random) % task->nr;
		err = change(task->race, &task->race->keys[at]);
		if (err) {
			task->trouble = "a change was refused";
			return err;
		}
		dawdle(task);
	}
	return 0;
}

static const char *judge(const struct key *key, int err, long nr, unsigned long done)
{
	/* After the call: a change that it met had begun. */
	unsigned long begun = smp_load_acquire(&key->begun);

	if (err)
		return key->goes && (err == -ENOENT || err == -ESTALE) ? NULL :
									 "a call was refused";
	if (nr == -1)
		return "a handler ran after a change had waited for it";
	if (nr == -2)
		return "entry and ctx do not belong together";
	if (nr == -3)
		return "the ctx changed while the handler ran";
	return done <= nr && nr <= begun ? NULL : "a handler ran that was not there";
}

static int caller(void *data)
{
	struct task *task = data;
	struct race *race = task->race;
	unsigned long done;
	struct key *key;
	unsigned int i;
	long nr;
	int err;

	while (!READ_ONCE(race->stop) && !task->trouble) {
		i = prandom_u32_state(&task->random) % NR_KEYS;
		key = &race->keys[i];
		nr = 0;
		/* Before the call: what was done by then has happened to it. */
		done = smp_load_acquire(&key->done);
		if (prandom_u32_state(&task->random) & 1)
			err = num_call(race->table, key->name, &nr, 0);
		else
			err = num_call_handle(race->table, race->handles[i], &nr, 0);
		task->trouble = judge(key, err, nr, done);
		task->nr_calls++;
		dawdle(task);
	}
	return task->trouble ? -EIO : 0;
}

static struct race *race(struct kunit *test, struct hdt_table *table)
{
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	struct key *key;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->table = table;
	race->seed = get_random_u64();
	for (i = 0; i < NR_KEYS; i++) {
		key = &race->keys[i];
		snprintf(key->name, sizeof(key->name), "key-%d", i);
		key->goes = i >= NR_KEYS / 2;
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key->name, live_odd,
						      next_life(key)));
		key->done = 1;
		race->handles[i] = num_get(table, key->name);
	}
	return race;
}

static struct fixture_thread *start(struct kunit *test, struct race *race, int nr,
				    int (*run)(void *), unsigned int first, struct task **task)
{
	*task = kunit_kzalloc(test, sizeof(**task), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *task);
	(*task)->race = race;
	(*task)->first = first;
	(*task)->nr = NR_KEYS / 2;
	prandom_seed_state(&(*task)->random, race->seed + nr);
	return fixture_thread(test, run, *task);
}

static void calls_beside_changes_get_what_was_there(struct kunit *test)
{
	struct race *r = race(test, fixture_class_table(test));
	struct fixture_thread *threads[NR_CALLERS + 2];
	struct task *tasks[NR_CALLERS + 2];
	unsigned long nr_calls = 0, nr_changes = 0;
	int i;

	for (i = 0; i < NR_CALLERS; i++)
		threads[i] = start(test, r, i, caller, 0, &tasks[i]);
	for (; i < NR_CALLERS + 2; i++)
		threads[i] = start(test, r, i, changer, (i - NR_CALLERS) * NR_KEYS / 2, &tasks[i]);
	for (i = NR_CALLERS + 1; i >= 0; i--) {
		/* Changers first: callers go on as long as they do. */
		WRITE_ONCE(r->stop, i < NR_CALLERS);
		KUNIT_EXPECT_EQ_MSG(test, 0, fixture_join(test, threads[i]), "task %d: %s", i,
				    tasks[i]->trouble);
		nr_calls += tasks[i]->nr_calls;
		nr_changes += tasks[i]->nr_changes;
	}
	KUNIT_EXPECT_GT(test, nr_calls, 0);
	KUNIT_EXPECT_GT(test, nr_changes, 0);
	kunit_info(test, "SUMMARY race calls=%lu changes=%lu\n", nr_calls, nr_changes);
}

static struct kunit_case fuzz_race_cases[] = {
	KUNIT_CASE_PARAM_ATTR(calls_beside_changes_get_what_was_there, fixture_each_class,
			      {.speed = KUNIT_SPEED_SLOW}),
	{}
};

static struct kunit_suite fuzz_race_suite = {
	.name = "hdt_fuzz_race",
	.init = fixture_init,
	.test_cases = fuzz_race_cases,
};

kunit_test_suite(fuzz_race_suite);
