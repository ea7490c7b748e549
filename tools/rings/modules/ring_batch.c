// SPDX-License-Identifier: GPL-2.0-only
/*
 * A batch of handlers comes and goes, while callers on every CPU check that
 * they see all of it or none.
 *
 * What a caller may see follows from the phase, a counter that the writer steps
 * before and after each operation. A scan, some calls of random keys in turn,
 * counts if the phase was the same before and after it:
 *
 *	phase % 4	0: none		no call may get through
 *			1: coming	once one got through, all later ones must
 *			2: all		every call must get through
 *			3: going	once one missed, all later ones must
 *
 * "Later" goes across CPUs: who sees the change in a phase says so in "turned".
 */
#include "test.h"

#define BATCH 64
#define SCAN 8

enum { NONE, COMING, ALL, GOING };

static bool split;
module_param(split, bool, 0400);
MODULE_PARM_DESC(split, "register one by one, which callers have to notice");

static struct hdt_table *table;
static unsigned long phase, turned;
static ring_handle old_handle;	/* of a batch that went */
static atomic_long_t scans, changes[4], revived;	/* changes: by kind of phase */

static int answer(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static const struct hdt_handler pattern = HDT_HANDLER(ring, "GET:/batch", answer);
static struct hdt_handler handlers[BATCH];
static char text[BATCH][16];
static struct hdt_key key[BATCH];

static bool call(struct crew_member *me)
{
	u32 arg = crew_random(me);
	int ret = 0, err;

	err = ring_call_key(table, &key[arg % BATCH], &ret, arg);
	crew_count(me, err);
	if (err ? err != -ENOENT : ret != RING_ANSWER(arg))
		crew_bad(me, err);
	return !err;
}

static void scan(struct crew_member *me)
{
	/* Pairs with smp_store_release() in step(). */
	unsigned long now = smp_load_acquire(&phase);
	/* Pairs with smp_store_release() below, on another CPU. */
	bool has_turned = smp_load_acquire(&turned) == now;
	bool new = now % 4 == COMING || now % 4 == ALL;	/* the state there will be */
	bool over = has_turned || now % 4 == ALL || now % 4 == NONE;
	unsigned int wrong = 0, before = 0, i;

	for (i = 0; i < SCAN; i++) {
		if (call(me) == new) {
			if (!over)
				/* Pairs with smp_load_acquire() above, on another CPU. */
				smp_store_release(&turned, now);
			over = true;
		} else {
			wrong += over;
			before++;
		}
	}
	/* The calls before the phase: pairs with smp_mb() in step(). */
	smp_rmb();
	if (READ_ONCE(phase) != now)
		return;
	atomic_long_inc(&scans);
	if (before && before < SCAN)
		atomic_long_inc(&changes[now % 4]);
	if (wrong)
		crew_bad(me, now % 4);
}

static int work(void *data)
{
	struct crew_member *me = data;
	unsigned int n = 0;

	while (!kthread_should_stop()) {
		ring_handle handle = { { READ_ONCE(old_handle.h.raw) } };

		/* Whatever has its slot now, or has had since. */
		if (!ring_call_handle(table, handle, NULL, 1))
			atomic_long_inc(&revived);
		scan(me);
		if (++n % 8 == 0)
			cond_resched();
	}
	return 0;
}

static void step(void)
{
	/* What was done before is seen with the new phase: see scan(). */
	smp_store_release(&phase, phase + 1);
	/* And the new phase by who sees what is done now. */
	smp_mb();
}

static int register_batch(void)
{
	unsigned int i;
	int err = 0;

	if (!split)
		return hdt_register_all(table, handlers);
	for (i = 0; i < BATCH && !err; i++) {
		err = ring_register(table, text[i], answer, NULL);
		usleep_range(50, 100);
	}
	return err;
}

/* Time for a scan that saw the change to end in its phase; or it does not count. */
static void linger(void)
{
	usleep_range(50, 100);
}

static int come_and_go(void)
{
	ring_handle handle;
	int err;

	step();
	err = register_batch();
	linger();
	step();
	if (err)
		return err;
	handle = ring_get_key(table, &key[phase / 4 % BATCH]);
	usleep_range(100, 200);
	step();
	err = hdt_unregister_all(table, THIS_MODULE);
	linger();
	step();
	WRITE_ONCE(old_handle.h.raw, handle.h.raw);
	return err;
}

static bool met(void)
{
	return atomic_long_read(&changes[COMING]) && atomic_long_read(&changes[GOING]);
}

static int ring_test(unsigned int ms)
{
	unsigned long batches;
	int err;

	old_handle.h = __hdt_handle_of_err(-ENOENT);
	err = crew_start(1, work);
	for (batches = 0; !err && test_goes_on(ms, met()); batches++)
		err = come_and_go();
	crew_stop();
	note("error", err);
	note("batches", batches);
	note("scans", atomic_long_read(&scans));
	note("came", atomic_long_read(&changes[COMING]));
	note("went", atomic_long_read(&changes[GOING]));
	note("revived", atomic_long_read(&revived));
	note_crew();
	return 0;
}

static int __init ring_batch_init(void)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		handlers[i] = pattern;
		handlers[i].key = text[i];
		scnprintf(text[i], sizeof(text[i]), "%s/%u", pattern.key, i);
		hdt_key_init(&key[i], text[i], strlen(text[i]));
	}
	table = hdt_table_create("ring-batch", NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_batch_init);

static void __exit ring_batch_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(ring_batch_exit);

MODULE_DESCRIPTION("hdt ring: all or none");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
