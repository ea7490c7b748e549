/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Key to descriptor: a hash of cache-line buckets.
 *
 * A bucket is one control word and seven descriptors. The control word holds a
 * fingerprint of each descriptor's hash, all seven compared at once by word-wide
 * arithmetic, and a bit that says that a key whose home this is went further. A
 * lookup thus touches the bucket's line and the descriptor's, and compares a
 * wrong key once in about twenty lookups. (The idea is that of the Swiss table
 * and of F14, cut down to one line.)
 *
 * The index grows by copying: a reader meets the old one or the new one, both
 * whole. Probing is bounded by HDT_PROBE_MAX buckets, whatever the keys (G4).
 */
#ifndef HDT_INDEX_H
#define HDT_INDEX_H

#include <linux/cache.h>
#include <linux/rcupdate.h>

#include <hdt/types.h>

#include "key.h"

struct hdt_registry;

#define HDT_LANES		7
#define HDT_PROBE_MAX		32
#define HDT_LANES_LSB		0x0001010101010101ULL
#define HDT_LANES_MSB		0x0080808080808080ULL
#define HDT_CTRL_OVERFLOW	0x0100000000000000ULL

struct hdt_bucket {
	u64 ctrl;	/* a byte per lane: 0, or 0x80 | fingerprint */
	struct hdt_desc *desc[HDT_LANES];
} __aligned(64);

static_assert(sizeof(struct hdt_bucket) == 64);

struct hdt_index {
	struct rcu_head rcu;
	u32 mask;	/* buckets - 1 */
	u32 used;
	u32 removed;	/* since it was built: stale overflow bits */
	struct hdt_bucket bucket[] __aligned(64);
};

struct hdt_index *hdt_index_alloc(u32 nr);
void hdt_index_free(struct hdt_index *index);
int hdt_index_reserve(struct hdt_registry *registry, u32 nr);
int hdt_index_insert(struct hdt_registry *registry, struct hdt_desc *desc);
void hdt_index_swap(struct hdt_registry *registry, struct hdt_desc *old, struct hdt_desc *new);
bool hdt_index_holds(struct hdt_registry *registry, const struct hdt_desc *desc);
bool hdt_index_remove(struct hdt_registry *registry, struct hdt_desc *desc);
void hdt_index_evict(struct hdt_registry *registry, const struct hdt_desc *desc);

static __always_inline u64 hdt_fingerprints(u64 hash)
{
	return (0x80 | hash >> 57) * HDT_LANES_LSB;
}

static __always_inline const struct hdt_bucket *hdt_bucket(const struct hdt_index *index, u32 nr)
{
	return &index->bucket[nr & index->mask];
}

/*
 * A reader that meets a change sees the lane before or after it; a lane whose
 * descriptor does not have the key is skipped, so control word and lane need
 * not be read as one. READ_ONCE() of the lane pairs with smp_store_release()
 * in lane_set(), through the address.
 */
static __always_inline struct hdt_desc *
hdt_bucket_find(const struct hdt_bucket *bucket, u64 ctrl, u64 hash, const char *key, size_t len)
{
	u64 differs = ctrl ^ hdt_fingerprints(hash);
	/* a zero byte is a match; one above a match may be a false one */
	u64 match = (differs - HDT_LANES_LSB) & ~differs & HDT_LANES_MSB;

	for (; match; match &= match - 1) {
		struct hdt_desc *desc = READ_ONCE(bucket->desc[__ffs(match) / 8]);

		if (likely(desc) && likely((READ_ONCE(desc->meta) & HDT_META_LEN) == len) &&
		    likely(hdt_key_equal(desc->key, key, len)))
			return desc;
	}
	return NULL;
}

/* In the buckets after its home. */
struct hdt_desc *hdt_index_find_far(const struct hdt_index *index, u64 hash, const char *key,
				    size_t len);

/* Context: in the table's bracket, or under registry->mutex or ->lock. */
static __always_inline struct hdt_desc *
hdt_index_find(const struct hdt_index *index, u64 hash, const char *key, size_t len)
{
	const struct hdt_bucket *home = hdt_bucket(index, hash);
	u64 ctrl = READ_ONCE(home->ctrl);
	struct hdt_desc *desc = hdt_bucket_find(home, ctrl, hash, key, len);

	if (unlikely(!desc) && unlikely(ctrl & HDT_CTRL_OVERFLOW))
		desc = hdt_index_find_far(index, hash, key, len);
	return desc;
}

#endif /* HDT_INDEX_H */
