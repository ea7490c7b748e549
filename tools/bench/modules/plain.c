// SPDX-License-Identifier: GPL-2.0-only
/* Calls that find nothing: what a call costs at least. */
#include "bench.h"

BENCH_RUN(run_empty, ({
	ret = stage->index[i];
	barrier();
}))

const struct bench_peer bench_empty = {
	.name = "empty loop",
	.what = BENCH_BY_INDEX | BENCH_NO_MISS,
	.run = run_empty,
};

BENCH_RUN(run_direct, ret = bench_fn_0(world->target[0].ctx, i, BENCH_B))

const struct bench_peer bench_direct = {
	.name = "direct call",
	.what = BENCH_BY_INDEX | BENCH_ONE_ONLY | BENCH_NO_MISS,
	.run = run_direct,
};

BENCH_RUN(run_indirect, ({
	const struct bench_target *target = &world->target[stage->index[i]];

	ret = target->fn(target->ctx, i, BENCH_B);
}))

const struct bench_peer bench_indirect = {
	.name = "indirect call",
	.what = BENCH_BY_INDEX | BENCH_NO_MISS,
	.run = run_indirect,
};
