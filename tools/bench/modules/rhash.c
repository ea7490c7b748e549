// SPDX-License-Identifier: GPL-2.0-only
/*
 * rhashtable + indirect call, under one RCU bracket. Twice: with keys of one
 * length that the compiler knows, which is the best case for it, and with
 * strings, which is what hdt does.
 */
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "bench.h"

struct entry {
	struct rhash_head node;
	bench_op_fn fn;
	bench_boxed_fn boxed;
	void *ctx;
	u32 len;
	char key[];
};

enum { FIXED = 2, STRING };

#define LENGTHS(m) m(4) m(16) m(20) m(64) m(255)
#define PARAMS(n)							\
static const struct rhashtable_params params_##n = {			\
	.key_len = n,							\
	.key_offset = offsetof(struct entry, key),			\
	.head_offset = offsetof(struct entry, node),			\
};
LENGTHS(PARAMS)

struct string {
	const char *bytes;
	u32 len;
};

static u32 string_hash(const void *data, u32 len, u32 seed)
{
	const struct string *key = data;

	return jhash(key->bytes, key->len, seed);
}

static u32 string_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct entry *entry = data;

	return jhash(entry->key, entry->len, seed);
}

static int string_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct string *key = arg->key;
	const struct entry *entry = obj;

	return key->len != entry->len || memcmp(key->bytes, entry->key, key->len);
}

static const struct rhashtable_params string_params = {
	.head_offset = offsetof(struct entry, node),
	.hashfn = string_hash,
	.obj_hashfn = string_obj_hash,
	.obj_cmpfn = string_cmp,
};

static const struct rhashtable_params *params_of(u32 len)
{
	switch (len) {
#define CASE(n) case n: return &params_##n;
	LENGTHS(CASE)
	default: return NULL;
	}
}

static struct entry *make_entry(const struct bench_world *world, u32 i)
{
	struct entry *entry = kmalloc(struct_size(entry, key, world->len + 1), GFP_KERNEL);

	if (!entry)
		return NULL;
	entry->fn = world->target[i].fn;
	entry->boxed = bench_boxed_fns[i % BENCH_FNS];
	entry->ctx = world->target[i].ctx;
	entry->len = world->len;
	memcpy(entry->key, bench_key(world, i), world->len + 1);
	return entry;
}

static void free_entry(void *entry, void *unused)
{
	kfree(entry);
}

static void tear_down(struct bench_world *world, int which)
{
	if (!world->priv[which])
		return;
	rhashtable_free_and_destroy(world->priv[which], free_entry, NULL);
	kfree(world->priv[which]);
	world->priv[which] = NULL;
}

static int set_up(struct bench_world *world, int which, const struct rhashtable_params *like)
{
	struct rhashtable_params params = *like;
	struct rhashtable *ht = kzalloc(sizeof(*ht), GFP_KERNEL);
	struct entry *entry;
	int err;
	u32 i;

	if (!ht)
		return -ENOMEM;
	/* Room from the start: what is measured has no growth behind it. */
	params.nelem_hint = world->nr;
	err = rhashtable_init(ht, &params);
	if (err) {
		kfree(ht);
		return err;
	}
	world->priv[which] = ht;
	for (i = 0; i < world->nr && !err; i++) {
		entry = make_entry(world, i);
		err = entry ? rhashtable_insert_fast(ht, &entry->node, params) : -ENOMEM;
	}
	if (err)
		tear_down(world, which);
	return err;
}

static int up_fixed(struct bench_world *world)
{
	const struct rhashtable_params *params = params_of(world->len);

	return params ? set_up(world, FIXED, params) : -EINVAL;
}

static void down_fixed(struct bench_world *world) { tear_down(world, FIXED); }

static __always_inline u64 call(struct rhashtable *ht, const void *key, u64 a,
				const struct rhashtable_params params)
{
	const struct entry *entry;
	u64 ret = 0;

	rcu_read_lock();
	entry = rhashtable_lookup(ht, key, params);
	if (entry)
		ret = entry->fn(entry->ctx, a, BENCH_B);
	rcu_read_unlock();
	return ret;
}

#define RUN(n) BENCH_RUN(run_##n, ret = call(world->priv[FIXED], stage->key[i], i, params_##n))
LENGTHS(RUN)

static u64 run_fixed(const struct bench_world *world, const struct bench_stage *stage)
{
	switch (world->len) {
#define RUN_CASE(n) case n: return run_##n(world, stage);
	LENGTHS(RUN_CASE)
	default: return 0;
	}
}

const struct bench_peer bench_rhash = {
	.name = "rhashtable + call",
	.what = BENCH_BY_KEY,
	.up = up_fixed,
	.down = down_fixed,
	.run = run_fixed,
};

static int up_string(struct bench_world *world) { return set_up(world, STRING, &string_params); }
static void down_string(struct bench_world *world) { tear_down(world, STRING); }
BENCH_RUN(run_string, ({
	struct string key = { stage->key[i], strlen(stage->key[i]) };

	ret = call(world->priv[STRING], &key, i, string_params);
}))

const struct bench_peer bench_rhash_string = {
	.name = "rhashtable of strings + call",
	.what = BENCH_BY_KEY,
	.up = up_string,
	.down = down_string,
	.run = run_string,
};

/* In the table that bench_rhash made. */
static __always_inline u64 call_boxed(struct rhashtable *ht, const void *key, u64 a)
{
	struct bench_box *box = kmalloc(sizeof(*box), GFP_ATOMIC);
	const struct entry *entry;
	u64 ret = 0;

	if (!box)
		return 0;
	box->a = a;
	box->b = BENCH_B;
	rcu_read_lock();
	entry = rhashtable_lookup(ht, key, params_20);
	if (entry) {
		entry->boxed(entry->ctx, box);
		ret = box->ret;
	}
	rcu_read_unlock();
	kfree(box);
	return ret;
}

BENCH_RUN(run_boxed, ret = call_boxed(world->priv[FIXED], stage->key[i], i))

const struct bench_peer bench_rhash_boxed = {
	.name = "boxed, rhashtable",
	.what = BENCH_BY_KEY,
	.run = run_boxed,
};
