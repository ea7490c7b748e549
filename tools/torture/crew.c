// SPDX-License-Identifier: GPL-2.0-only
/* The threads: each has its random numbers, by the seed, and its counters. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "torture.h"

static const char * const names[NR_COUNTS] = {
	[NR_CALL]	= "call",
	[NR_CALL_N]	= "call_n",
	[NR_CALL_KEY]	= "call_key",
	[NR_CALL_HANDLE] = "call_handle",
	[NR_NESTED]	= "nested",
	[NR_IRQ]	= "from_irq",
	[NR_RAN]	= "ran",
	[NR_GET]	= "get",
	[NR_REGISTER]	= "register",
	[NR_REPLACE]	= "replace",
	[NR_UNREGISTER]	= "unregister",
	[NR_ASYNC]	= "async",
	[NR_SELF]	= "self",
	[NR_BATCH]	= "batch",
	[NR_GROWN]	= "grown",
	[NR_TABLE]	= "table",
	[NR_ONCE]	= "once",
	[NR_BUSY]	= "busy",
	[NR_MISSED]	= "missed",
	[NR_STALE]	= "stale",
	[NR_PROVIDED]	= "provided",
	[NR_REFUSED]	= "refused",
	[NR_DAMAGED]	= "overwritten",
	[NR_NOMEM]	= "enomem",
};

static struct torture_thread *crew;
static unsigned int nr_crew;		/* the timers' included, which come last */
static unsigned int nr_threads;
static bool stopping, paused;

static int member(void *data)
{
	struct torture_thread *me = data;
	const struct torture_kind *kind = me->what;
	int err = kind->begin ? kind->begin(me) : 0;

	if (err)
		torture_errno("the beginning of a thread", kind->name, err);
	while (!err && !READ_ONCE(stopping)) {
		if (READ_ONCE(paused)) {
			schedule_timeout_interruptible(max(1, HZ / 50));
			continue;
		}
		kind->round(me);
		WRITE_ONCE(me->rounds, me->rounds + 1);
		cond_resched();
	}
	if (!err && kind->end)
		kind->end(me);
	/* Pairs with smp_load_acquire() in torture_crew_stop(). */
	smp_store_release(&me->done, true);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(max(1, HZ / 10));
	return 0;
}

static void init_member(struct torture_thread *me, const struct torture_kind *kind,
			unsigned int nr, u64 seed)
{
	me->what = kind;
	me->kind = kind ? kind->name : "timer";
	me->nr = nr;
	me->in_irq = !kind;
	me->seen_at = jiffies;
	prandom_seed_state(&me->rnd, seed + 0x9e3779b97f4a7c15ULL * (me - crew + 1));
}

/* @others is how many timers want to take part. */
int torture_crew_start(const struct torture_kind *kinds, unsigned int nr, u64 seed,
		       unsigned int others)
{
	struct torture_thread *me;
	unsigned int i, n;

	for (i = 0, nr_threads = 0; i < nr; i++)
		nr_threads += kinds[i].nr;
	nr_crew = nr_threads + others;
	crew = kvcalloc(nr_crew, sizeof(*crew), GFP_KERNEL);
	if (!crew)
		return -ENOMEM;
	stopping = false;
	paused = false;
	for (n = 0; n < others; n++)
		init_member(&crew[nr_threads + n], NULL, n, seed);
	for (i = 0, me = crew; i < nr; i++) {
		for (n = 0; n < kinds[i].nr; n++, me++) {
			init_member(me, &kinds[i], n, seed);
			me->task = kthread_create(member, me, "torture/%s/%u", me->kind, n);
			if (IS_ERR(me->task))
				return PTR_ERR(me->task);
			/* Who only calls would leave nothing to the others, who mostly wait. */
			set_user_nice(me->task, kinds[i].eager ? 19 : 10);
			wake_up_process(me->task);
		}
	}
	return 0;
}

/* False if there are threads that did not come to their end in @patience seconds. */
bool torture_crew_stop(unsigned int patience)
{
	unsigned long limit = jiffies + patience * HZ;
	struct torture_thread *me;
	bool all = true;

	WRITE_ONCE(stopping, true);
	for (me = crew; me && me < crew + nr_threads; me++) {
		if (IS_ERR_OR_NULL(me->task))
			continue;
		/* Pairs with smp_store_release() in member(). */
		while (!smp_load_acquire(&me->done) && time_before(jiffies, limit))
			schedule_timeout_uninterruptible(max(1, HZ / 50));
		if (me->done) {
			kthread_stop(me->task);
			me->task = NULL;
		} else {
			torture_error(ERR_STALL, "%s %u does not stop", me->kind, me->nr);
			all = false;
		}
	}
	return all;
}

void torture_crew_free(void)
{
	kvfree(crew);
	crew = NULL;
	nr_crew = 0;
	nr_threads = 0;
}

/* Once in a while: has each thread got on within @seconds? */
void torture_crew_watch(unsigned int seconds)
{
	struct torture_thread *me;

	for (me = crew; me < crew + nr_threads; me++) {
		unsigned long rounds = READ_ONCE(me->rounds);

		if (rounds != me->seen || READ_ONCE(paused)) {
			me->seen = rounds;
			me->seen_at = jiffies;
		} else if (time_after(jiffies, me->seen_at + seconds * HZ)) {
			torture_error(ERR_STALL, "%s %u is stuck in round %lu", me->kind,
				      me->nr, rounds);
			me->seen_at = jiffies;
		}
	}
}

/* Each thread to some CPU, or to all of them. */
void torture_crew_shuffle(struct rnd_state *rnd)
{
	struct torture_thread *me;

	/*
	 * A kernel thread is taken by any CPU that is online, also by one that is about
	 * to go and has already been left by all others.
	 */
	cpus_read_lock();
	for (me = crew; me < crew + nr_threads; me++) {
		u32 dice = prandom_u32_state(rnd);
		unsigned int cpu = dice / 4 % nr_cpu_ids;

		if (dice % 4 && cpu_online(cpu))
			set_cpus_allowed_ptr(me->task, cpumask_of(cpu));
		else
			set_cpus_allowed_ptr(me->task, cpu_possible_mask);
	}
	cpus_read_unlock();
}

void torture_crew_pause(bool pause)
{
	WRITE_ONCE(paused, pause);
}

struct torture_thread *torture_crew_other(unsigned int nr)
{
	return &crew[nr_threads + nr];
}

static unsigned long sum(enum torture_count what)
{
	unsigned long total = 0;
	unsigned int i;

	for (i = 0; i < nr_crew; i++)
		total += READ_ONCE(crew[i].count[what]);
	return total;
}

/* Operations of all kinds, but for what is counted beside another. */
unsigned long torture_crew_total(void)
{
	return sum(NR_CALL) + sum(NR_CALL_N) + sum(NR_CALL_KEY) + sum(NR_CALL_HANDLE) +
	       sum(NR_GET) + sum(NR_REGISTER) + sum(NR_REPLACE) + sum(NR_UNREGISTER) +
	       sum(NR_ASYNC) + sum(NR_SELF) + sum(NR_BATCH) + sum(NR_GROWN) + sum(NR_TABLE) +
	       sum(NR_REFUSED);
}

int torture_crew_print(char *buffer, int size)
{
	int i, len = scnprintf(buffer, size, "ops=%lu", torture_crew_total());

	for (i = 0; i < NR_COUNTS; i++)
		len += scnprintf(buffer + len, size - len, " %s=%lu", names[i], sum(i));
	return len;
}
