// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls by key while the table changes: each call is timed by itself. With two
 * CPUs one changes and one calls. With one, which is User-mode Linux, a change
 * is made between two calls whenever one is due: what is seen is what it does to the
 * calls after it, and not that the one CPU was busy.
 */
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "bench.h"

#define HANDLERS	10000
#define EXACT		8192	/* ticks that have a counter each */
#define PARTS		64	/* counters for a doubling of ticks beyond */
#define COUNTERS	(EXACT + PARTS * 32)

struct churn {
	struct bench_world world;
	bool replace;		/* or: remove and register again */
	u32 rate;		/* a second */
	u64 changes;
	u64 due;		/* ns */
	int err;
	u64 calls;
	u32 max;
	u32 count[COUNTERS];
};

static unsigned int counter(u32 ticks)
{
	unsigned int top;

	if (ticks < EXACT)
		return ticks;
	top = ilog2(ticks);
	return EXACT + (top - ilog2(EXACT)) * PARTS + (ticks >> (top - 6)) % PARTS;
}

static u64 counter_ticks(unsigned int at)
{
	unsigned int top;

	if (at < EXACT)
		return at;
	at -= EXACT;
	top = at / PARTS + ilog2(EXACT);
	return (u64)(PARTS + at % PARTS) << (top - 6);
}

/* The change that is due, if one is. */
static void change(struct churn *churn)
{
	struct bench_world *world = &churn->world;
	u64 now = ktime_get_ns();
	u32 i;

	if (!churn->rate || now < churn->due)
		return;
	/* One that is late is not made up for: that would be a burst. */
	churn->due = max(churn->due, now - NSEC_PER_MSEC) + NSEC_PER_SEC / churn->rate;
	i = bench_mix(churn->changes++) % world->nr;
	churn->err = bench_change(world->table[0], bench_key(world, i), &world->target[i],
				  churn->replace) ?: churn->err;
}

static int changer(void *data)
{
	while (!kthread_should_stop()) {
		change(data);
		cond_resched();
	}
	return 0;
}

static void call(struct churn *churn, u32 i)
{
	struct bench_world *world = &churn->world;
	char key[24] __aligned(8);
	u64 start, ticks, ret;

	memcpy(key, bench_key(world, i), world->len + 1);
	start = bench_ticks();
	/* A key that is away just now is an answer, too. */
	bench_op_call_n(world->table[0], key, world->len, &ret, i, BENCH_B);
	ticks = bench_ticks() - start;
	churn->max = max_t(u64, churn->max, min_t(u64, ticks, U32_MAX));
	churn->count[counter(min_t(u64, ticks, U32_MAX))]++;
	churn->calls++;
}

static u64 percentile(const struct churn *churn, u32 per_mille)
{
	u64 want = div_u64(churn->calls * per_mille, 1000), seen = 0;
	unsigned int at;

	for (at = 0; at < COUNTERS - 1; at++) {
		seen += churn->count[at];
		if (seen > want)
			break;
	}
	return div64_u64(counter_ticks(at) * 1000000ULL, bench_khz());
}

static void report(const struct churn *churn, u64 ns, bool together)
{
	pr_info("hdt_bench: {\"set\": \"churn\", \"kind\": \"%s\", \"cpus\": %d, \"rate\": %u, \"changes\": %llu, \"calls\": %llu, \"p50\": %llu, \"p90\": %llu, \"p99\": %llu, \"p999\": %llu, \"max\": %llu}\n",
		churn->replace ? "replace" : "remove and register", together ? 2 : 1, churn->rate,
		div64_u64(churn->changes * NSEC_PER_SEC, ns), churn->calls,
		percentile(churn, 500), percentile(churn, 900), percentile(churn, 990),
		percentile(churn, 999), div64_u64(churn->max * 1000000ULL, bench_khz()));
}

static int churn_once(struct churn *churn, u32 rate, bool replace)
{
	struct task_struct *task = NULL;
	bool together = num_online_cpus() > 1;
	u64 start = ktime_get_ns(), i;

	memset(churn->count, 0, sizeof(churn->count));
	churn->rate = rate;
	churn->replace = replace;
	churn->changes = 0;
	churn->calls = 0;
	churn->max = 0;
	churn->due = start;
	if (together && rate) {
		task = kthread_run_on_cpu(changer, churn, 1, "hdt_bench_churn/%u");
		if (IS_ERR(task))
			return PTR_ERR(task);
	}
	for (i = 0; ktime_get_ns() - start < NSEC_PER_SEC; i++) {
		call(churn, bench_mix(i) % churn->world.nr);
		if (!together)
			change(churn);
		if (!(i % 64))
			cond_resched();
	}
	if (task)
		kthread_stop(task);
	report(churn, ktime_get_ns() - start, together);
	return churn->err;
}

int bench_churn(void)
{
	static const u32 rates[] = { 0, 100, 1000, 10000, 100000 };
	struct churn *churn = kvzalloc(sizeof(*churn), GFP_KERNEL);
	int i, err;

	if (!churn)
		return -ENOMEM;
	err = bench_world_init(&churn->world, "churn", HANDLERS, 20, false);
	if (err)
		goto out_free;
	err = bench_by_key.up(&churn->world);
	if (err)
		goto out_world;
	for (i = 0; i < ARRAY_SIZE(rates) && !err; i++)
		err = churn_once(churn, rates[i], true);
	for (i = 1; i < ARRAY_SIZE(rates) && !err; i++)
		err = churn_once(churn, rates[i], false);
	bench_by_key.down(&churn->world);
out_world:
	bench_world_exit(&churn->world);
out_free:
	kvfree(churn);
	return err;
}
