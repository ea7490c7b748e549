// SPDX-License-Identifier: GPL-2.0-only
/* Many handlers at once: time, grace periods and memory, by what the kernel has left. */
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/timekeeping.h>
#include <linux/vmstat.h>

#include "bench.h"

/* Pages free, those included that a CPU keeps for itself: a module cannot ask for them. */
static u64 pages_free(void)
{
	struct sysinfo info = { };

#ifndef MODULE
	rcu_barrier();
	drain_all_pages(NULL);
	si_meminfo(&info);
#endif
	return info.freeram;
}

/* Bytes in slabs, large kmalloc()s included. */
static u64 slab_bytes(void)
{
	return global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B) * PAGE_SIZE;
}

/* RCU grace periods of the whole machine since @since, which is one of its cookies. */
static unsigned long grace_periods(unsigned long since)
{
	return (get_state_synchronize_rcu() - since) >> 2;
}

static int fill(struct hdt_table *table, const struct hdt_handler *handlers, u32 nr)
{
	u64 start, in, out, before = pages_free(), after, slab = slab_bytes();
	unsigned long gp = get_state_synchronize_rcu(), gps_in, gps_out;
	int err;

	start = ktime_get_ns();
	err = bench_provide(table, handlers, nr);
	if (err)
		return err;
	in = ktime_get_ns() - start;
	gps_in = grace_periods(gp);
	after = pages_free();
	slab = slab_bytes() - slab;

	gp = get_state_synchronize_rcu();
	start = ktime_get_ns();
	err = bench_withdraw(table);
	out = ktime_get_ns() - start;
	gps_out = grace_periods(gp);
	pr_info("hdt_bench: {\"set\": \"batch\", \"nr\": %u, \"register_ns\": %llu, \"remove_ns\": %llu, \"register_gps\": %lu, \"remove_gps\": %lu, \"bytes\": %llu, \"slab_bytes\": %llu}\n",
		nr, div_u64(in, nr), div_u64(out, nr), gps_in, gps_out,
		div_u64((before - after) * PAGE_SIZE, nr), div_u64(slab, nr));
	return err;
}

int bench_batch(u32 nr)
{
	struct hdt_handler *handlers;
	struct bench_world world;
	struct hdt_table *table;
	int err;

	err = bench_world_init(&world, "batch", nr, 20, false);
	if (err)
		return err;
	handlers = bench_make_handlers(&world, false);
	table = handlers ? hdt_table_create("bench-batch", NULL) : ERR_PTR(-ENOMEM);
	err = PTR_ERR_OR_ZERO(table);
	if (!err) {
		err = fill(table, handlers, nr);
		hdt_table_destroy(table);
	}
	kvfree(handlers);
	bench_world_exit(&world);
	return err;
}
