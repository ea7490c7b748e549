// SPDX-License-Identifier: GPL-2.0-only
/* What modules make by hand: a chain of compares, a list under RCU, a hash of lists. */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "bench.h"

static u64 call_strcmp(const struct bench_world *world, const char *key, u64 a)
{
	u32 i;

	for (i = 0; i < world->nr; i++)
		if (!strcmp(bench_key(world, i), key))
			return world->target[i].fn(world->target[i].ctx, a, BENCH_B);
	return 0;
}

BENCH_RUN(run_strcmp, ret = call_strcmp(world, stage->key[i], i))

const struct bench_peer bench_strcmp = {
	.name = "strcmp chain",
	.what = BENCH_BY_KEY,
	.max = 1000,
	.run = run_strcmp,
};

struct entry {
	struct hlist_node node;
	bench_op_fn fn;
	void *ctx;
	char key[];
};

struct hashed {
	unsigned int bits;
	struct hlist_head head[];
};

enum { HLIST, HASH_HLIST };

static unsigned int bucket(const struct hashed *hashed, const char *key, size_t len)
{
	return hashed->bits ? hash_32(full_name_hash(NULL, key, len), hashed->bits) : 0;
}

static void tear_down(struct bench_world *world, int which)
{
	struct hashed *hashed = world->priv[which];
	struct hlist_node *next;
	struct entry *entry;
	u32 i;

	for (i = 0; hashed && i < 1U << hashed->bits; i++)
		hlist_for_each_entry_safe(entry, next, &hashed->head[i], node)
			kfree(entry);
	kvfree(hashed);
	world->priv[which] = NULL;
}

static int set_up(struct bench_world *world, int which, unsigned int bits)
{
	struct hashed *hashed = kvzalloc(struct_size(hashed, head, 1UL << bits), GFP_KERNEL);
	struct entry *entry;
	u32 i;

	if (!hashed)
		return -ENOMEM;
	hashed->bits = bits;
	world->priv[which] = hashed;
	/* The last one added is the first one met: let that be the first key. */
	for (i = world->nr; i-- > 0;) {
		entry = kmalloc(struct_size(entry, key, world->len + 1), GFP_KERNEL);
		if (!entry) {
			tear_down(world, which);
			return -ENOMEM;
		}
		entry->fn = world->target[i].fn;
		entry->ctx = world->target[i].ctx;
		memcpy(entry->key, bench_key(world, i), world->len + 1);
		hlist_add_head_rcu(&entry->node,
				   &hashed->head[bucket(hashed, entry->key, world->len)]);
	}
	return 0;
}

static __always_inline u64 call_hashed(const struct hashed *hashed, const char *key,
				       size_t len, u64 a)
{
	const struct entry *entry;
	u64 ret = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(entry, &hashed->head[bucket(hashed, key, len)], node) {
		if (strcmp(entry->key, key))
			continue;
		ret = entry->fn(entry->ctx, a, BENCH_B);
		break;
	}
	rcu_read_unlock();
	return ret;
}

static int up_hlist(struct bench_world *world) { return set_up(world, HLIST, 0); }
static void down_hlist(struct bench_world *world) { tear_down(world, HLIST); }
BENCH_RUN(run_hlist, ret = call_hashed(world->priv[HLIST], stage->key[i], 0, i))

const struct bench_peer bench_hlist = {
	.name = "RCU hlist",
	.what = BENCH_BY_KEY,
	.max = 1000,
	.up = up_hlist,
	.down = down_hlist,
	.run = run_hlist,
};

static int up_hash_hlist(struct bench_world *world)
{
	return set_up(world, HASH_HLIST, max(order_base_2(world->nr), 1));
}

static void down_hash_hlist(struct bench_world *world) { tear_down(world, HASH_HLIST); }
BENCH_RUN(run_hash_hlist, ret = call_hashed(world->priv[HASH_HLIST], stage->key[i],
					    strlen(stage->key[i]), i))

const struct bench_peer bench_hash_hlist = {
	.name = "full_name_hash + RCU hlist",
	.what = BENCH_BY_KEY,
	.up = up_hash_hlist,
	.down = down_hash_hlist,
	.run = run_hash_hlist,
};
