// SPDX-License-Identifier: GPL-2.0-only
/*
 * One CPU calls, then two call the same key: what the second adds. Turns of the
 * peers alternate, and so do one and two CPUs, because the machine underneath has
 * other things to do. A line of memory that calls write shows as a second CPU
 * that adds less than it does to a bare indirect call.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>

#include "bench.h"

#define WINDOW_NS	(20 * NSEC_PER_MSEC)
#define PEERS		7

struct worker {
	const struct bench_peer *peer;
	const struct bench_world *world;
	struct bench_stage *stage;
	atomic_t *ready;
	int cpus;
	u64 calls;
	struct completion done;
};

static int work(void *data)
{
	struct worker *worker = data;
	u64 end;

	atomic_inc(worker->ready);
	while (atomic_read(worker->ready) < worker->cpus)
		cond_resched();
	end = ktime_get_ns() + WINDOW_NS;
	do {
		worker->peer->run(worker->world, worker->stage);
		worker->calls += BENCH_CHUNK;
	} while (ktime_get_ns() < end);
	complete(&worker->done);
	return 0;
}

/* Calls of all CPUs together in one window, or 0. */
static u64 window(const struct bench_peer *peer, const struct bench_world *world,
		  struct bench_stage *stage, int cpus)
{
	struct worker worker[2];
	struct task_struct *task;
	atomic_t ready = ATOMIC_INIT(0);
	u64 calls = 0;
	int cpu;

	for (cpu = 0; cpu < cpus; cpu++) {
		worker[cpu] = (struct worker){ peer, world, stage, &ready, cpus };
		init_completion(&worker[cpu].done);
		task = kthread_run_on_cpu(work, &worker[cpu], cpu, "hdt_bench/%u");
		if (IS_ERR(task)) {
			/* The one that waits for it would wait for ever. */
			atomic_set(&ready, cpus);
			cpus = cpu;
		}
	}
	for (cpu = 0; cpu < cpus; cpu++) {
		wait_for_completion(&worker[cpu].done);
		calls += worker[cpu].calls;
	}
	return calls;
}

static void scale_all(const struct bench_world *world, const struct bench_peer *const *peers,
		      struct bench_stage *stage)
{
	static u64 best[PEERS][2], sum[PEERS][2];
	unsigned int t, p, cpus;
	u64 calls;

	for (t = 0; t < bench_turns; t++) {
		for (p = 0; p < PEERS; p++) {
			for (cpus = 1; cpus <= 2; cpus++) {
				calls = window(peers[p], world, stage, cpus);
				best[p][cpus - 1] = max(best[p][cpus - 1], calls);
				sum[p][cpus - 1] += calls;
			}
		}
	}
	for (p = 0; p < PEERS; p++)
		pr_info("hdt_bench: {\"set\": \"scale\", \"peer\": \"%s\", \"window_ns\": %llu, \"turns\": %u, \"one\": %llu, \"two\": %llu, \"one_sum\": %llu, \"two_sum\": %llu}\n",
			peers[p]->name, (u64)WINDOW_NS, bench_turns, best[p][0], best[p][1],
			sum[p][0], sum[p][1]);
}

int bench_scale(struct bench_stage *stage)
{
	static const struct bench_peer *const peers[PEERS] = {
		&bench_indirect, &bench_by_key, &bench_by_prepared, &bench_by_handle,
		&bench_rhash, &bench_module_get, &bench_hash_hlist,
	};
	struct bench_world world;
	unsigned int p;
	int err;

	if (num_online_cpus() < 2)
		return -EINVAL;
	err = bench_world_init(&world, "scale", 16, 20, false);
	if (err)
		return err;
	for (p = 0; p < PEERS && !err; p++)
		err = peers[p]->up ? peers[p]->up(&world) : 0;
	if (!err) {
		bench_stage_fill(stage, &world, ~0U, BENCH_ONE, bench_seed);
		scale_all(&world, peers, stage);
	}
	while (p--)
		if (peers[p]->down)
			peers[p]->down(&world);
	bench_world_exit(&world);
	return err;
}
