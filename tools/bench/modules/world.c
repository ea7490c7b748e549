// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"

static void make_keys(struct bench_world *world)
{
	u32 i;

	for (i = 0; i < 2 * world->nr; i++) {
		bench_key_make(bench_key(world, i), world->len, i);
		cond_resched();
	}
}

static void make_targets(struct bench_world *world, u32 ctxs)
{
	u32 i;

	for (i = 0; i < ctxs; i++)
		world->ctx[i].value = bench_mix(i);
	for (i = 0; i < world->nr; i++) {
		world->target[i].fn = bench_fns[i % BENCH_FNS];
		world->target[i].ctx = &world->ctx[i % ctxs];
	}
}

int bench_world_init(struct bench_world *world, const char *set, u32 nr, u32 len, bool cold)
{
	u32 ctxs = cold ? max(nr, 1U) : BENCH_HOT;

	*world = (struct bench_world){
		.set = set,
		.nr = nr,
		.len = len,
		.cold = cold,
		.stride = ALIGN(len + 1, 8),
	};
	world->keys = kvzalloc(2 * nr * world->stride, GFP_KERNEL);
	world->target = kvcalloc(nr, sizeof(*world->target), GFP_KERNEL);
	world->ctx = kvcalloc(ctxs, sizeof(*world->ctx), GFP_KERNEL);
	if (!world->keys || !world->target || !world->ctx) {
		bench_world_exit(world);
		return -ENOMEM;
	}
	make_keys(world);
	make_targets(world, ctxs);
	return 0;
}

void bench_world_exit(struct bench_world *world)
{
	kvfree(world->ctx);
	kvfree(world->target);
	kvfree(world->keys);
}
