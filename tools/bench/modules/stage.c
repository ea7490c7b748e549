// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include "bench.h"

static void stage_key(struct bench_stage *stage, const struct bench_world *world, u32 at,
		      u32 key, bool prepare)
{
	char *bytes = stage->bytes + at * world->stride;

	memcpy(bytes, bench_key(world, key), world->len + 1);
	stage->key[at] = bytes;
	if (prepare)
		hdt_key_init(&stage->prepared[at], bytes, world->len);
}

void bench_stage_fill(struct bench_stage *stage, const struct bench_world *world,
		      unsigned int what, enum bench_pattern pattern, u64 seed)
{
	u32 at, i, class;

	for (at = 0; at < BENCH_CHUNK; at++) {
		i = pattern == BENCH_ONE ? 0 : bench_mix(seed * BENCH_CHUNK + at) % world->nr;
		stage->index[at] = i;
		for (class = 0; what & BENCH_BY_HANDLE && class < 2; class++)
			if (world->handle[class])
				stage->handle[class][at] = world->handle[class][i];
		if (what & (BENCH_BY_KEY | BENCH_BY_PREPARED))
			stage_key(stage, world, at, pattern == BENCH_MISS ? world->nr + i : i,
				  what & BENCH_BY_PREPARED);
	}
}
