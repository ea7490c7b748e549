// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callers on every CPU race for once handlers: exactly one wins each, exactly
 * one release runs. A round is a batch of them, so that one grace period pays
 * for many races.
 */
#include "test.h"

#define RACES 16

static bool shared;
module_param(shared, bool, 0400);
MODULE_PARM_DESC(shared, "register ordinary handlers, which many win");

static struct hdt_table *table;
static char key_text[RACES][8];
static struct hdt_key key[RACES];
static ring_handle handle[RACES];
static atomic_t ran[RACES], released[RACES];
static unsigned int round;	/* of a pair, the first prepares, the second races */
static atomic_t finished;

static int once(void *ctx, u32 arg)
{
	atomic_inc(&ran[*(unsigned int *)ctx]);
	return RING_ANSWER(arg);
}

static void release(void *ctx)
{
	atomic_inc(&released[*(unsigned int *)ctx]);
}

static void race(struct crew_member *me, unsigned int i)
{
	u32 arg = crew_random(me);
	int answer = 0, err;

	if (arg % 3 == 0)
		err = ring_call(table, key_text[i], &answer, arg);
	else if (arg % 3 == 1)
		err = ring_call_key(table, &key[i], &answer, arg);
	else
		err = ring_call_handle(table, handle[i], &answer, arg);
	crew_count(me, err);
	if (err != -EALREADY && err != -ENOENT && err != -ESTALE &&
	    (err || answer != RING_ANSWER(arg)))
		crew_bad(me, err);
}

static int work(void *data)
{
	struct crew_member *me = data;
	unsigned int seen = 0, now, i;

	while (!kthread_should_stop()) {
		/* Pairs with smp_store_release() in one_round(). */
		now = smp_load_acquire(&round);
		if (now == seen) {
			cond_resched();
			continue;
		}
		seen = now;
		for (i = 0; i < RACES; i++)
			race(me, i);
		atomic_inc(&finished);
	}
	return 0;
}

static int one_round(unsigned long *wrong_wins, unsigned long *wrong_releases)
{
	unsigned int i;
	int err;

	for (i = 0; i < RACES; i++) {
		const struct hdt_opts opts = {
			.mode = shared ? HDT_SHARED : HDT_ONCE,
			.capture = &i,
			.capture_size = sizeof(i),
			.release = release,
		};

		atomic_set(&ran[i], 0);
		atomic_set(&released[i], 0);
		err = ring_register_opts(table, key_text[i], once, NULL, &opts);
		if (err)
			return err;
		handle[i] = ring_get_key(table, &key[i]);
	}
	atomic_set(&finished, 0);
	/* Pairs with smp_load_acquire() in work(). */
	smp_store_release(&round, round + 1);
	while (atomic_read(&finished) < crew_size)
		usleep_range(50, 100);
	/* Also waits for those that were taken. */
	err = hdt_unregister_all(table, THIS_MODULE);
	for (i = 0; i < RACES; i++) {
		*wrong_wins += atomic_read(&ran[i]) != 1;
		*wrong_releases += atomic_read(&released[i]) != 1;
	}
	return err;
}

static bool met(void)
{
	return shared ? crew_least_ok() : crew_refused(-EALREADY) && crew_least_ok();
}

static int ring_test(unsigned int ms)
{
	unsigned long races, wrong_wins = 0, wrong_releases = 0;
	int err = crew_start(2, work);

	for (races = 0; !err && test_goes_on(ms, met()); races += RACES)
		err = one_round(&wrong_wins, &wrong_releases);
	crew_stop();
	note("error", err);
	note("races", races);
	note("lost", crew_refused(-EALREADY));
	note("wrong_wins", wrong_wins);
	note("wrong_releases", wrong_releases);
	note_crew();
	return 0;
}

static int __init ring_once_init(void)
{
	unsigned int i;

	for (i = 0; i < RACES; i++) {
		scnprintf(key_text[i], sizeof(key_text[i]), "once%u", i);
		hdt_key_init(&key[i], key_text[i], strlen(key_text[i]));
	}
	table = hdt_table_create("ring-once", NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_once_init);

static void __exit ring_once_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_once_exit);

MODULE_DESCRIPTION("hdt ring: once handlers");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
