// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peers side by side. A turn is some chunks of one peer, enough for it to find
 * its own data in the caches again; turns of all peers alternate within
 * milliseconds, so that what disturbs the machine disturbs all of them. In a turn
 * every peer has other keys, lest it find the keys and contexts of the one before
 * warm; in all turns together they have the same.
 */
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"

unsigned int bench_turns = 64;
bool bench_icount;
unsigned long bench_seed = 1;

#define TURN_MIN	16U	/* chunks */
#define TURN_MAX	128U

static unsigned int turn_chunks(const struct bench_world *world)
{
	return bench_icount ? 1 : clamp(world->nr / BENCH_CHUNK, TURN_MIN, TURN_MAX);
}

static u32 chunk_ticks(const struct bench_peer *peer, const struct bench_world *world,
		       const struct bench_stage *stage, u64 *sum)
{
	bool still = bench_icount && !(peer->what & BENCH_SLEEPS);
	unsigned long flags = 0;
	u64 start, end;

	if (still)
		local_irq_save(flags);
	start = bench_ticks();
	*sum = peer->run(world, stage);
	end = bench_ticks();
	if (still)
		local_irq_restore(flags);
	return min_t(u64, end - start, U32_MAX);
}

/* What the handlers of this chunk return, all together. */
static u64 expected(const struct bench_world *world, const struct bench_stage *stage,
		    const struct bench_peer *peer, enum bench_pattern pattern)
{
	u64 sum = 0;
	u32 i;

	if (peer == &bench_empty)
		return bench_empty.run(world, stage);
	if (pattern == BENCH_MISS)
		return 0;
	for (i = 0; i < BENCH_CHUNK; i++) {
		u32 index = stage->index[i];
		const struct bench_ctx *ctx = world->target[index].ctx;

		sum += ctx->value + (i ^ index % BENCH_FNS) + BENCH_B;
	}
	return sum;
}

static int turn(const struct bench_peer *peer, const struct bench_world *world,
		enum bench_pattern pattern, struct bench_stage *stage, u64 seed, u32 *ticks)
{
	unsigned int i, chunks = turn_chunks(world);
	u64 sum;

	for (i = 0; i < chunks; i++) {
		bench_stage_fill(stage, world, peer->what, pattern, seed * chunks + i);
		ticks[i] = chunk_ticks(peer, world, stage, &sum);
		/* Looking at every chunk would warm what the next should find cold. */
		if (!i && sum != expected(world, stage, peer, pattern)) {
			pr_err("hdt_bench: %s did not call what it should\n", peer->name);
			return -EIO;
		}
	}
	cond_resched();
	return 0;
}

static bool takes_part(const struct bench_peer *peer, const struct bench_world *world,
		       enum bench_pattern pattern)
{
	return !(peer->max && world->nr > peer->max) &&
	       !(peer->what & BENCH_ONE_ONLY && pattern != BENCH_ONE) &&
	       !(peer->what & BENCH_NO_MISS && pattern == BENCH_MISS && peer != &bench_empty);
}

static int report(const struct bench_world *world, const struct bench_peer *const *peers,
		  unsigned int nr, enum bench_pattern pattern, u32 *ticks, unsigned int each)
{
	u32 empty = 0;
	unsigned int p;

	for (p = 0; p < nr; p++) {
		struct bench_sample sample = {
			.peer = peers[p]->name,
			.world = world,
			.pattern = pattern,
			.ticks = ticks + (size_t)p * each,
			.nr = each,
			.empty = empty,
		};

		if (!takes_part(peers[p], world, pattern))
			continue;
		bench_report(&sample);
		if (peers[p] == &bench_empty)
			empty = sample.ticks[0];
	}
	return 0;
}

int bench_race(const struct bench_world *world, const struct bench_peer *const *peers,
	       unsigned int nr, enum bench_pattern pattern, struct bench_stage *stage)
{
	unsigned int chunks = turn_chunks(world), each = bench_turns * chunks, t, p;
	u32 *ticks = kvcalloc((size_t)nr * each, sizeof(*ticks), GFP_KERNEL);
	int err = 0;

	if (!ticks)
		return -ENOMEM;
	for (t = 0; t < bench_turns && !err; t++)
		for (p = 0; p < nr && !err; p++)
			if (takes_part(peers[p], world, pattern))
				err = turn(peers[p], world, pattern, stage,
					   bench_seed * bench_turns + (t + p * 7) % bench_turns,
					   ticks + ((size_t)p * bench_turns + t) * chunks);
	if (!err)
		err = report(world, peers, nr, pattern, ticks, each);
	kvfree(ticks);
	return err;
}
