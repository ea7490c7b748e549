// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "array.h"
#include "class.h"
#include "desc.h"
#include "index.h"
#include "key.h"

/* Registrations that a bucket count takes: seven lanes, filled to 7/8. */
static u32 capacity(u32 buckets)
{
	return buckets * HDT_LANES * 7 / 8;
}

static u32 buckets_for(u32 nr)
{
	u32 buckets = 4;

	while (capacity(buckets) < nr)
		buckets *= 2;
	return buckets;
}

struct hdt_index *hdt_index_alloc(u32 nr)
{
	u32 buckets = buckets_for(nr);
	struct hdt_index *index;

	index = hdt_array_alloc(struct_size(index, bucket, buckets));
	if (index)
		index->mask = buckets - 1;
	return index;
}

void hdt_index_free(struct hdt_index *index)
{
	if (index)
		hdt_array_free(index, struct_size(index, bucket, index->mask + 1));
}

static void free_rcu(struct rcu_head *head)
{
	hdt_index_free(container_of(head, struct hdt_index, rcu));
}

struct hdt_desc *hdt_index_find_far(const struct hdt_index *index, u64 hash, const char *key,
				    size_t len)
{
	const struct hdt_bucket *bucket;
	struct hdt_desc *desc;
	u32 probe;
	u64 ctrl;

	for (probe = 1; probe < HDT_PROBE_MAX; probe++) {
		bucket = hdt_bucket(index, (u32)hash + probe);
		ctrl = READ_ONCE(bucket->ctrl);
		desc = hdt_bucket_find(bucket, ctrl, hash, key, len);
		if (desc)
			return desc;
		if (!(ctrl & HDT_CTRL_OVERFLOW))
			break;
	}
	return NULL;
}

/*
 * A reader that meets a fingerprint and no descriptor skips the lane, and one
 * that meets a descriptor finds a whole one: the two stores need no order.
 */
static void lane_set(struct hdt_bucket *bucket, unsigned int lane, struct hdt_desc *desc,
		     u8 fingerprint)
{
	u64 ctrl = bucket->ctrl & ~(0xffULL << lane * 8);

	/* Pairs with READ_ONCE() in hdt_index_find(). */
	smp_store_release(&bucket->desc[lane], desc);
	WRITE_ONCE(bucket->ctrl, ctrl | (u64)fingerprint << lane * 8);
}

static bool insert(struct hdt_index *index, struct hdt_desc *desc, u64 hash)
{
	u32 nr = (u32)hash, probe;
	struct hdt_bucket *bucket;
	unsigned int lane;

	for (probe = 0; probe < HDT_PROBE_MAX; probe++, nr++) {
		bucket = &index->bucket[nr & index->mask];
		for (lane = 0; lane < HDT_LANES; lane++) {
			if (bucket->desc[lane])
				continue;
			lane_set(bucket, lane, desc, 0x80 | hash >> 57);
			index->used++;
			return true;
		}
		WRITE_ONCE(bucket->ctrl, bucket->ctrl | HDT_CTRL_OVERFLOW);
	}
	return false;
}

/* The lane that holds @desc itself, or NULL. */
static struct hdt_bucket *find_lane(struct hdt_index *index, const struct hdt_desc *desc,
				    u64 hash, unsigned int *lane)
{
	u32 nr = (u32)hash, probe;
	struct hdt_bucket *bucket;

	for (probe = 0; probe < HDT_PROBE_MAX; probe++, nr++) {
		bucket = &index->bucket[nr & index->mask];
		for (*lane = 0; *lane < HDT_LANES; ++*lane)
			if (bucket->desc[*lane] == desc)
				return bucket;
		if (!(bucket->ctrl & HDT_CTRL_OVERFLOW))
			break;
	}
	return NULL;
}

static u64 desc_hash(const struct hdt_desc *desc)
{
	return hdt_hash(desc->key, desc->meta & HDT_META_LEN);
}

static struct hdt_index *current_index(struct hdt_registry *registry)
{
	/* Replaced only under both mutex and lock: either is enough to read it. */
	return rcu_dereference_protected(registry->table.index,
					 lockdep_is_held(&registry->mutex) ||
					 lockdep_is_held(&registry->lock));
}

/*
 * Copy the index into @next, a descriptor at a time under the lock, so that a
 * replace meanwhile finds either the old lane or, through index_next, the new.
 * One that was overwritten is left behind: its key's length is not believed.
 */
static bool copy_into(struct hdt_registry *registry, struct hdt_index *next)
{
	struct hdt_index *index = current_index(registry);
	unsigned int lane;
	bool fits = true;
	u32 nr;

	for (nr = 0; fits && nr <= index->mask; nr++) {
		raw_spin_lock_irq(&registry->lock);
		for (lane = 0; fits && lane < HDT_LANES; lane++) {
			struct hdt_desc *desc = index->bucket[nr].desc[lane];

			if (desc && (desc->meta & HDT_F_DEAD || hdt_desc_intact(registry, desc)))
				fits = insert(next, desc, desc_hash(desc));
		}
		raw_spin_unlock_irq(&registry->lock);
		cond_resched();
	}
	return fits;
}

static void publish_next(struct hdt_registry *registry, struct hdt_index *next)
{
	raw_spin_lock_irq(&registry->lock);
	/* Pairs with rcu_dereference() in the enter functions. */
	if (next)
		rcu_assign_pointer(registry->table.index, next);
	registry->index_next = NULL;
	raw_spin_unlock_irq(&registry->lock);
}

/*
 * Build an index of at least @nr places from the current one, for @keys keys,
 * and publish it. Keys that probe too long in one size may part in the next;
 * keys that collide on purpose do not, and are refused when there are 64 places
 * to a key: what they cost is bounded (G4).
 */
static int rebuild(struct hdt_registry *registry, u32 nr, u32 keys)
{
	struct hdt_index *old = current_index(registry), *next;
	bool fits;

	do {
		if (nr / 64 > keys)
			return -ENOSPC;
		next = hdt_index_alloc(nr);
		if (!next)
			return -ENOMEM;
		raw_spin_lock_irq(&registry->lock);
		registry->index_next = next;
		raw_spin_unlock_irq(&registry->lock);
		fits = copy_into(registry, next);
		publish_next(registry, fits ? next : NULL);
		if (!fits) {
			nr = capacity(next->mask + 1) + 1;
			hdt_index_free(next);
		}
	} while (!fits);
	hdt_class_call(registry, &old->rcu, free_rcu);
	return 0;
}

/*
 * Make room for @nr more. Removals leave overflow bits behind; once there were
 * as many as there are places, the copy is made to be rid of them.
 */
int hdt_index_reserve(struct hdt_registry *registry, u32 nr)
{
	struct hdt_index *index = current_index(registry);
	u32 places = capacity(index->mask + 1);

	if (index->used + nr <= places && index->removed <= places)
		return 0;
	return rebuild(registry, index->used + nr, index->used + nr);
}

/*
 * Under mutex, and after hdt_index_reserve(). -ENOSPC if the keys collide beyond
 * HDT_PROBE_MAX buckets and a larger index does not part them.
 */
int hdt_index_insert(struct hdt_registry *registry, struct hdt_desc *desc)
{
	u64 hash = desc_hash(desc);
	struct hdt_index *index;
	bool fits;
	int err;

	for (;;) {
		index = current_index(registry);
		raw_spin_lock_irq(&registry->lock);
		fits = insert(index, desc, hash);
		raw_spin_unlock_irq(&registry->lock);
		if (fits)
			return 0;
		err = rebuild(registry, capacity(index->mask + 1) + 1, index->used + 1);
		if (err)
			return err;
	}
}

static void swap_lane(struct hdt_index *index, struct hdt_desc *old, struct hdt_desc *new)
{
	struct hdt_bucket *bucket;
	unsigned int lane;

	bucket = find_lane(index, old, desc_hash(old), &lane);
	if (!bucket)
		return;
	/* One store: a reader finds the old one or the new one (G1). As in lane_set(). */
	smp_store_release(&bucket->desc[lane], new);
}

/* Under lock: @new takes the place of @old, which has the same key. */
void hdt_index_swap(struct hdt_registry *registry, struct hdt_desc *old, struct hdt_desc *new)
{
	swap_lane(current_index(registry), old, new);
	if (registry->index_next)
		swap_lane(registry->index_next, old, new);
}

/* Under lock: does the key of @desc, which is intact but for the key, lead to it? */
bool hdt_index_holds(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	unsigned int lane;

	return find_lane(current_index(registry), desc, desc_hash(desc), &lane);
}

static void clear_lane(struct hdt_index *index, struct hdt_bucket *bucket, unsigned int lane)
{
	lane_set(bucket, lane, NULL, 0);
	index->used--;
	index->removed++;
}

/* Under mutex and lock. False if it is not where its key leads. */
bool hdt_index_remove(struct hdt_registry *registry, struct hdt_desc *desc)
{
	struct hdt_index *index = current_index(registry);
	struct hdt_bucket *bucket;
	unsigned int lane;

	bucket = find_lane(index, desc, desc_hash(desc), &lane);
	if (bucket)
		clear_lane(index, bucket, lane);
	return bucket;
}

/* Under mutex: remove @desc, of which nothing is believed, wherever it is. */
void hdt_index_evict(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	struct hdt_index *index = current_index(registry);
	struct hdt_bucket *bucket;
	unsigned int lane;
	u32 nr;

	for (nr = 0; nr <= index->mask; nr++, cond_resched()) {
		bucket = &index->bucket[nr];
		for (lane = 0; lane < HDT_LANES; lane++) {
			if (READ_ONCE(bucket->desc[lane]) != desc)
				continue;
			raw_spin_lock_irq(&registry->lock);
			if (bucket->desc[lane] == desc)
				clear_lane(index, bucket, lane);
			raw_spin_unlock_irq(&registry->lock);
		}
	}
}
