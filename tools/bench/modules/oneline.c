// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hdt is not: a table whose descriptors lie in its buckets, so that a call by
 * key misses one line instead of two. The calls are hdt's own, with its seal, its
 * bracket and its frame; what finds the descriptor is linear probing of records of
 * a line each. It can only be filled: Documentation/performance.rst has why.
 */
#include <linux/mm.h>

#include "bench.h"

#define KEY_LEN	20	/* that of descriptors of one line */
#define BUDGET	40	/* units of stack */

static struct oneline {
	u32 records;
	void *record;	/* descriptors of a line each; no entry: free */
} tables[2];

enum { SEVEN_EIGHTHS, HALF };

static const enum module_state live = MODULE_STATE_LIVE;
static const struct hdt_source_head source = { &live };

static __always_inline u64 word(const char *bytes)
{
	u64 value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* As hdt_hash() in module/key.h, for keys of KEY_LEN bytes. */
static __always_inline u64 hash_of(const char *bytes)
{
	const u64 *k = hdt_secret.hash;
	u64 sum = hdt_mum(word(bytes) ^ k[0], word(bytes + 8) ^ k[1] ^ KEY_LEN);
	u64 last = hdt_mum(word(bytes + KEY_LEN - 16) ^ k[2], word(bytes + KEY_LEN - 8) ^ k[3]);

	return ror64((sum + last) * 0x9fb21c651e98df25ULL, 32);
}

static __always_inline bool equal(const char *a, const char *b)
{
	return !((word(a) ^ word(b)) | (word(a + 8) ^ word(b + 8)) |
		 (word(a + KEY_LEN - 8) ^ word(b + KEY_LEN - 8)));
}

static __always_inline struct hdt_desc *record(const struct oneline *table, u32 nr)
{
	return table->record + nr * (size_t)HDT_DESC_SIZE(KEY_LEN);
}

/* Where @key is, or the free record where it would be. */
static __always_inline struct hdt_desc *find(const struct oneline *table, u64 hash,
					     const char *key)
{
	u32 nr = ((hash & U32_MAX) * table->records) >> 32;
	struct hdt_desc *desc;

	for (;;) {
		desc = record(table, nr);
		if (!READ_ONCE(desc->entry) || likely(equal(desc->key, key)))
			return desc;
		if (++nr == table->records)
			nr = 0;
	}
}

static __always_inline u64 call(const struct bench_world *world, int which, u64 hash,
				const char *key, u64 a)
{
	const struct hdt_desc *desc;
	struct hdt_frame frame;
	u64 ret = 0;

	if (!hdt_table_usual(world->table[0]))
		return 0;
	rcu_read_lock();
	desc = find(&tables[which], hash, key);
	if (likely(desc->entry) &&
	    hdt_desc_admits(desc, READ_ONCE(desc->handle), bench_op_hash())) {
		hdt_frame_open(&frame, world->table[0], desc, 0);
		ret = ((bench_op_fn)(void *)desc->entry)(desc->ctx, a, BENCH_B);
		hdt_leave(&frame);
		return ret;
	}
	rcu_read_unlock();
	return ret;
}

static void fill(const struct oneline *table, const struct bench_world *world, u32 i)
{
	struct hdt_desc *desc = find(table, hash_of(bench_key(world, i)), bench_key(world, i));

	desc->entry = (hdt_entry_t)(void *)world->target[i].fn;
	desc->ctx = world->target[i].ctx;
	desc->source = (struct hdt_source *)&source;
	desc->handle = i;
	desc->meta = KEY_LEN | BUDGET << HDT_META_STACK_SHIFT;
	memcpy(desc->key, bench_key(world, i), KEY_LEN);
	desc->tag = hdt_seal(desc, desc->source, i, desc->meta, bench_op_hash());
}

static void tear_down(struct bench_world *world)
{
	kvfree(tables[SEVEN_EIGHTHS].record);
	kvfree(tables[HALF].record);
	memset(tables, 0, sizeof(tables));
}

static int set_up(struct bench_world *world)
{
	struct oneline *table;
	u32 i;

	if (world->len != KEY_LEN)
		return -EINVAL;
	tables[SEVEN_EIGHTHS].records = world->nr * 8ULL / 7 + 1;
	tables[HALF].records = world->nr * 2 + 1;
	for (table = tables; table < tables + ARRAY_SIZE(tables); table++) {
		table->record = kvcalloc(table->records, HDT_DESC_SIZE(KEY_LEN), GFP_KERNEL);
		if (!table->record) {
			tear_down(world);
			return -ENOMEM;
		}
		for (i = 0; i < world->nr; i++)
			fill(table, world, i);
	}
	return 0;
}

#define BY_KEY(which) call(world, which, hash_of(stage->key[i]), stage->key[i], i)
#define BY_PREPARED(which) call(world, which, stage->prepared[i].hash, stage->prepared[i].bytes, i)

BENCH_RUN(run_seven_key, ret = BY_KEY(SEVEN_EIGHTHS))
BENCH_RUN(run_seven_prepared, ret = BY_PREPARED(SEVEN_EIGHTHS))
BENCH_RUN(run_half_key, ret = BY_KEY(HALF))
BENCH_RUN(run_half_prepared, ret = BY_PREPARED(HALF))

/* The first makes both tables. */
const struct bench_peer bench_oneline[] = {
	{ "one line, 7/8 full, by key and length", BENCH_BY_KEY, 0, set_up, tear_down,
	  run_seven_key },
	{ "one line, 7/8 full, by prepared key", BENCH_BY_PREPARED, .run = run_seven_prepared },
	{ "one line, half full, by key and length", BENCH_BY_KEY, .run = run_half_key },
	{ "one line, half full, by prepared key", BENCH_BY_PREPARED, .run = run_half_prepared },
};
