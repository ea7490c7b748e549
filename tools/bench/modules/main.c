// SPDX-License-Identifier: GPL-2.0-only
/*
 * hdt_bench - hdt and what the kernel has instead, measured in one run.
 *
 * All is done when the module is loaded, or, built in, when the kernel has
 * booted; it then halts. Results go to the kernel's log as lines of JSON, which
 * tools/bench/run reads.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/slab.h>

#include "bench.h"

module_param_named(turns, bench_turns, uint, 0444);
MODULE_PARM_DESC(turns, "turns of each peer in a comparison");
module_param_named(icount, bench_icount, bool, 0444);
MODULE_PARM_DESC(icount, "the clock counts instructions: interrupts are off in a chunk");
module_param_named(seed, bench_seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of the order of the keys");

static unsigned int sizes[16] = { 10, 16, 100, 1000, 10000, 100000, 1000000 };
static int nr_sizes = 7;
module_param_array_named(sizes, sizes, uint, &nr_sizes, 0444);
MODULE_PARM_DESC(sizes, "numbers of handlers");

static char *what = "ways,sizes,lengths,cold,batch,nest,collide,churn";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what is measured: ways,sizes,lengths,cold,batch,nest,collide,churn,scale,guard");

/* In the order in which they take turns; the first of those that share a table makes it. */
static const struct bench_peer *const by_size[] = {
	&bench_empty, &bench_indirect,
	&bench_rhash, &bench_rhash_boxed, &bench_rhash_string, &bench_hash_hlist,
	&bench_by_key, &bench_by_bytes, &bench_by_prepared, &bench_by_handle,
	&bench_table_boxed,
	&bench_oneline[0], &bench_oneline[1], &bench_oneline[2], &bench_oneline[3],
};

static const struct bench_peer *const by_length[] = {
	&bench_empty,
	&bench_rhash, &bench_rhash_string, &bench_hash_hlist,
	&bench_by_key, &bench_by_bytes, &bench_by_prepared,
};

static const struct bench_peer *const when_cold[] = {
	&bench_empty, &bench_indirect,
	&bench_rhash,
	&bench_by_key, &bench_by_prepared, &bench_by_handle,
};

static const struct bench_peer *const ways[] = {
	&bench_empty, &bench_direct, &bench_static_call, &bench_indirect, &bench_switch,
	&bench_module_get, &bench_symbol, &bench_tracepoint,
	&bench_atomic_chain, &bench_srcu_chain, &bench_strcmp, &bench_hlist, &bench_hash_hlist,
	&bench_rhash, &bench_rhash_string, &bench_rhash_boxed, &bench_table_boxed,
	&bench_by_key, &bench_by_bytes, &bench_by_prepared, &bench_by_handle, &bench_at_site,
	&bench_sleep_key, &bench_sleep_prepared, &bench_sleep_handle,
};

static const struct bench_peer *const guarded[] = {
	&bench_empty,
	&bench_by_key, &bench_by_bytes, &bench_by_prepared, &bench_by_handle, &bench_at_site,
	&bench_sleep_key, &bench_sleep_prepared, &bench_sleep_handle,
};

static void peers_down(struct bench_world *world, const struct bench_peer *const *peers,
		       unsigned int nr)
{
	while (nr--)
		if (peers[nr]->down)
			peers[nr]->down(world);
}

static int peers_up(struct bench_world *world, const struct bench_peer *const *peers,
		    unsigned int nr)
{
	unsigned int p;
	int err = 0;

	for (p = 0; p < nr && !err; p++)
		if (peers[p]->up && !(peers[p]->max && world->nr > peers[p]->max))
			err = peers[p]->up(world);
	if (err)
		peers_down(world, peers, p);
	return err;
}

static struct bench_stage *stage;

#define RANDOM	BIT(BENCH_RANDOM)
#define ONE	BIT(BENCH_ONE)
#define MISS	BIT(BENCH_MISS)

/* A list of peers, as two arguments. */
#define PEERS(list)	list, ARRAY_SIZE(list)

static int compare(const char *set, u32 nr, u32 len, bool cold,
		   const struct bench_peer *const *peers, unsigned int nr_peers,
		   unsigned long patterns)
{
	enum bench_pattern pattern;
	struct bench_world world;
	int err;

	err = bench_world_init(&world, set, nr, len, cold);
	if (err)
		return err;
	err = peers_up(&world, peers, nr_peers);
	if (err)
		goto out_world;
	for (pattern = BENCH_RANDOM; pattern <= BENCH_MISS && !err; pattern++)
		if (patterns & BIT(pattern))
			err = bench_race(&world, peers, nr_peers, pattern, stage);
	peers_down(&world, peers, nr_peers);
out_world:
	bench_world_exit(&world);
	return err;
}

static int compare_ways(void)
{
	return compare("ways", 16, 20, false, PEERS(ways), RANDOM | ONE);
}

static int compare_sizes(void)
{
	int i, err = 0;

	for (i = 0; i < nr_sizes && !err; i++)
		err = compare("sizes", sizes[i], 20, false, PEERS(by_size), RANDOM | MISS);
	return err;
}

static int compare_lengths(void)
{
	static const u8 lengths[] = { 4, 16, 20, 64, 255 };
	int i, err = 0;

	for (i = 0; i < ARRAY_SIZE(lengths) && !err; i++)
		err = compare("lengths", 1000, lengths[i], false, PEERS(by_length), RANDOM);
	return err;
}

static int compare_cold(void)
{
	int i, err = 0;

	for (i = 0; i < nr_sizes && !err; i++)
		err = compare("cold", sizes[i], 20, true, PEERS(when_cold), RANDOM);
	return err;
}

/* One handler: no two keys meet, so that the count is the same at every boot. */
static int compare_guarded(void)
{
	return compare("guard", 1, 20, false, PEERS(guarded), ONE);
}

static int fill_batches(void)
{
	int i, err = 0;

	for (i = 0; i < nr_sizes && !err; i++)
		if (sizes[i] >= 10000)
			err = bench_batch(sizes[i]);
	return err;
}

static int collide(void)
{
	return bench_collide(stage);
}

static int scale(void)
{
	return bench_scale(stage);
}

static const struct {
	const char *name;
	int (*run)(void);
} parts[] = {
	{ "ways", compare_ways },
	{ "sizes", compare_sizes },
	{ "lengths", compare_lengths },
	{ "cold", compare_cold },
	{ "guard", compare_guarded },
	{ "batch", fill_batches },
	{ "nest", bench_nest },
	{ "collide", collide },
	{ "churn", bench_churn },
	{ "scale", scale },
};

static int bench(void)
{
	int i, err = 0;

	stage = kvzalloc(sizeof(*stage), GFP_KERNEL);
	if (!stage)
		return -ENOMEM;
	bench_report_clock();
	for (i = 0; i < ARRAY_SIZE(parts) && !err; i++)
		if (strstr(what, parts[i].name))
			err = parts[i].run();
	kvfree(stage);
	pr_info("hdt_bench: {\"end\": %d}\n", err);
	return err;
}

static int __init hdt_bench_init(void)
{
	int err = bench();

#ifndef MODULE
	kernel_halt();
#endif
	return err;
}

static void __exit hdt_bench_exit(void)
{
}

late_initcall_sync(hdt_bench_init);
module_exit(hdt_bench_exit);

MODULE_DESCRIPTION("What a dispatch costs, and what its alternatives cost");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(HDT);
