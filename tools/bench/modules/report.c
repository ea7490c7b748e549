// SPDX-License-Identifier: GPL-2.0-only
/* Results, as lines of JSON in the kernel's log. */
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "bench.h"

static u64 khz;

/* Ticks in a millisecond. */
u64 bench_khz(void)
{
	u64 ticks, ns;

	if (khz)
		return khz;
	ns = ktime_get_ns();
	ticks = bench_ticks();
	while (ktime_get_ns() - ns < 50 * NSEC_PER_MSEC)
		cpu_relax();
	ticks = bench_ticks() - ticks;
	khz = div64_u64(ticks * NSEC_PER_MSEC, ktime_get_ns() - ns);
	return khz;
}

void bench_report_clock(void)
{
	pr_info("hdt_bench: {\"clock_khz\": %llu, \"chunk\": %u, \"icount\": %d}\n",
		bench_icount ? 0 : bench_khz(), BENCH_CHUNK, bench_icount);
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* Thousandths of a nanosecond, or of an instruction, for one call of a chunk. */
static u64 milli(u32 ticks)
{
	if (bench_icount)
		return div_u64(ticks * 1000ULL, BENCH_CHUNK);
	return div64_u64(ticks * 1000ULL * 1000 * 1000 / BENCH_CHUNK, bench_khz());
}

void bench_report(struct bench_sample *sample)
{
	static const char *const patterns[] = { "random", "one", "miss" };
	const struct bench_world *world = sample->world;
	u32 *t = sample->ticks;

	sort(t, sample->nr, sizeof(*t), compare, NULL);
	pr_info("hdt_bench: {\"set\": \"%s\", \"peer\": \"%s\", \"nr\": %u, \"len\": %u, \"ctx\": \"%s\", \"pattern\": \"%s\", \"chunks\": %u, \"min\": %llu, \"p10\": %llu, \"median\": %llu, \"p90\": %llu}\n",
		world->set, sample->peer, world->nr, world->len, world->cold ? "cold" : "warm",
		patterns[sample->pattern], sample->nr, milli(t[0]), milli(t[sample->nr / 10]),
		milli(t[sample->nr / 2]), milli(t[sample->nr - sample->nr / 10 - 1]));
}
