// SPDX-License-Identifier: GPL-2.0-only
/* hdt, in each of its ways, and the boxed dispatch through one of its tables. */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"

enum { ATOMIC, SLEEPABLE };

static const char *const names[] = { "bench", "bench-sleepable" };

struct hdt_handler *bench_make_handlers(const struct bench_world *world, bool boxed)
{
	struct hdt_handler *handlers = kvcalloc(world->nr, sizeof(*handlers), GFP_KERNEL);
	u32 i;

	for (i = 0; handlers && i < world->nr; i++) {
		handlers[i].sig = boxed ? &bench_boxed_sig : &bench_op_sig;
		handlers[i].key = bench_key(world, i);
		handlers[i].entry = boxed ? (hdt_entry_t)(void *)bench_boxed_fns[i % BENCH_FNS] :
					    (hdt_entry_t)(void *)world->target[i].fn;
		handlers[i].ctx = world->target[i].ctx;
	}
	return handlers;
}

static struct hdt_table *make_table(const struct bench_world *world, const char *name,
				    const struct hdt_table_opts *opts, bool boxed)
{
	struct hdt_handler *handlers = bench_make_handlers(world, boxed);
	struct hdt_table *table;
	int err = -ENOMEM;

	if (!handlers)
		return ERR_PTR(-ENOMEM);
	table = hdt_table_create(name, opts);
	if (!IS_ERR(table)) {
		err = bench_provide(table, handlers, world->nr);
		if (err) {
			hdt_table_destroy(table);
			table = ERR_PTR(err);
		}
	}
	kvfree(handlers);
	return table;
}

static int make_handles(struct bench_world *world, int class)
{
	bench_op_handle *handle = kvcalloc(world->nr, sizeof(*handle), GFP_KERNEL);
	u32 i;

	world->handle[class] = handle;
	for (i = 0; handle && i < world->nr; i++) {
		handle[i] = bench_op_get(world->table[class], bench_key(world, i));
		if (hdt_handle_err(handle[i]))
			return hdt_handle_err(handle[i]);
		cond_resched();
	}
	return handle ? 0 : -ENOMEM;
}

static void tear_down(struct bench_world *world, int class)
{
	kvfree(world->handle[class]);
	world->handle[class] = NULL;
	if (!IS_ERR_OR_NULL(world->table[class]))
		hdt_table_destroy(world->table[class]);
	world->table[class] = NULL;
}

static int set_up(struct bench_world *world, int class)
{
	const struct hdt_table_opts opts = { .sleepable = class == SLEEPABLE };
	int err;

	world->table[class] = make_table(world, names[class], &opts, false);
	err = PTR_ERR_OR_ZERO(world->table[class]) ?: make_handles(world, class);
	if (err)
		tear_down(world, class);
	return err;
}

static int up_atomic(struct bench_world *world) { return set_up(world, ATOMIC); }
static void down_atomic(struct bench_world *world) { tear_down(world, ATOMIC); }
static int up_sleepable(struct bench_world *world) { return set_up(world, SLEEPABLE); }
static void down_sleepable(struct bench_world *world) { tear_down(world, SLEEPABLE); }

#define BY_KEY(class) bench_op_call(world->table[class], stage->key[i], &ret, i, BENCH_B)
#define BY_BYTES(class) \
	bench_op_call_n(world->table[class], stage->key[i], world->len, &ret, i, BENCH_B)
#define BY_PREPARED(class) \
	bench_op_call_key(world->table[class], &stage->prepared[i], &ret, i, BENCH_B)
#define BY_HANDLE(class) \
	bench_op_call_handle(world->table[class], stage->handle[class][i], &ret, i, BENCH_B)

BENCH_RUN(run_key, BY_KEY(ATOMIC))
BENCH_RUN(run_bytes, BY_BYTES(ATOMIC))
BENCH_RUN(run_prepared, BY_PREPARED(ATOMIC))
BENCH_RUN(run_handle, BY_HANDLE(ATOMIC))
BENCH_RUN(run_sleep_key, BY_KEY(SLEEPABLE))
BENCH_RUN(run_sleep_prepared, BY_PREPARED(SLEEPABLE))
BENCH_RUN(run_sleep_handle, BY_HANDLE(SLEEPABLE))

#define SITE_KEY "GET:/api/u00/0000000"	/* the first handler's; see up_site() */
HDT_CALL_SITE(bench_op, bench_site, SITE_KEY);
BENCH_RUN(run_site, hdt_call_site(bench_op, bench_site, world->table[ATOMIC], &ret, i, BENCH_B))

/* Where there are static calls, until the site is bound: what is measured is what lasts. */
static int up_site(struct bench_world *world)
{
	unsigned long end = jiffies + 5 * HZ;
	int err;

	if (strcmp(bench_key(world, 0), SITE_KEY))
		return -EINVAL;
	do {
		err = hdt_call_site(bench_op, bench_site, world->table[ATOMIC], NULL, 0, 0);
		if (!HDT_SITE_STATIC || READ_ONCE(hdt_site_bench_site.s.bound))
			return err;
		msleep(20);
	} while (!err && time_before(jiffies, end));
	return err ?: -ETIME;
}

/* The first of a class makes the table, for all of them. */
const struct bench_peer bench_by_key = {
	.name = "hdt by key",
	.what = BENCH_BY_KEY,
	.up = up_atomic,
	.down = down_atomic,
	.run = run_key,
};

const struct bench_peer bench_by_bytes = {
	.name = "hdt by key and length",
	.what = BENCH_BY_KEY,
	.run = run_bytes,
};

const struct bench_peer bench_by_prepared = {
	.name = "hdt by prepared key",
	.what = BENCH_BY_PREPARED,
	.run = run_prepared,
};

const struct bench_peer bench_by_handle = {
	.name = "hdt by handle",
	.what = BENCH_BY_HANDLE | BENCH_NO_MISS,
	.run = run_handle,
};

const struct bench_peer bench_at_site = {
	.name = "hdt call site",
	.what = BENCH_BY_INDEX | BENCH_ONE_ONLY | BENCH_NO_MISS,
	.up = up_site,
	.run = run_site,
};

const struct bench_peer bench_sleep_key = {
	.name = "hdt sleepable by key",
	.what = BENCH_SLEEPS | BENCH_BY_KEY,
	.up = up_sleepable,
	.down = down_sleepable,
	.run = run_sleep_key,
};

const struct bench_peer bench_sleep_prepared = {
	.name = "hdt sleepable by prepared key",
	.what = BENCH_SLEEPS | BENCH_BY_PREPARED,
	.run = run_sleep_prepared,
};

const struct bench_peer bench_sleep_handle = {
	.name = "hdt sleepable by handle",
	.what = BENCH_SLEEPS | BENCH_BY_HANDLE | BENCH_NO_MISS,
	.run = run_sleep_handle,
};

static int up_boxed(struct bench_world *world)
{
	world->boxed = make_table(world, "bench-boxed", NULL, true);
	return PTR_ERR_OR_ZERO(world->boxed);
}

static void down_boxed(struct bench_world *world)
{
	if (!IS_ERR_OR_NULL(world->boxed))
		hdt_table_destroy(world->boxed);
	world->boxed = NULL;
}

static __always_inline u64 call_boxed(struct hdt_table *table, const char *key, u64 a)
{
	struct bench_box *box = kmalloc(sizeof(*box), GFP_ATOMIC);
	u64 ret = 0;

	if (!box)
		return 0;
	box->a = a;
	box->b = BENCH_B;
	if (!bench_boxed_call(table, key, box))
		ret = box->ret;
	kfree(box);
	return ret;
}

BENCH_RUN(run_boxed, ret = call_boxed(world->boxed, stage->key[i], i))

const struct bench_peer bench_table_boxed = {
	.name = "boxed, hdt by key",
	.what = BENCH_BY_KEY,
	.up = up_boxed,
	.down = down_boxed,
	.run = run_boxed,
};
