// SPDX-License-Identifier: GPL-2.0-only
/* Keys, index and slots: their arithmetic, their limits, and growth. */
#include <linux/mm.h>

#include "array.h"
#include "fixture.h"
#include "key.h"

/* @len bytes that end where the allocation does, for KASAN to watch. */
static char *bytes(struct kunit *test, size_t len, u8 value)
{
	char *p = kunit_kmalloc(test, max(len, 1UL), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, value, len);
	return p;
}

static void key_equal_sees_every_byte(struct kunit *test)
{
	size_t len, at;
	char *a, *b;

	for (len = 0; len <= HDT_KEY_MAX; len++) {
		a = bytes(test, len, 'k');
		b = bytes(test, len, 'k');
		KUNIT_EXPECT_TRUE_MSG(test, hdt_key_equal(a, b, len), "length %zu", len);
		for (at = 0; at < len; at++) {
			b[at] ^= 0x80;
			KUNIT_EXPECT_FALSE_MSG(test, hdt_key_equal(a, b, len),
					       "length %zu, byte %zu", len, at);
			b[at] ^= 0x80;
		}
		kunit_kfree(test, a);
		kunit_kfree(test, b);
	}
}

static void hash_depends_on_every_byte(struct kunit *test)
{
	size_t len, at;
	char *key;
	u64 hash;

	for (len = 1; len <= HDT_KEY_MAX; len++) {
		key = bytes(test, len, 'k');
		hash = hdt_hash(key, len);
		for (at = 0; at < len; at++) {
			key[at] ^= 1;
			KUNIT_EXPECT_NE_MSG(test, hash, hdt_hash(key, len),
					    "length %zu, byte %zu", len, at);
			key[at] ^= 1;
		}
		KUNIT_EXPECT_EQ_MSG(test, hash, hdt_hash(key, len), "length %zu", len);
		kunit_kfree(test, key);
	}
}

static void hash_depends_on_the_length(struct kunit *test)
{
	char *key = bytes(test, HDT_KEY_MAX, 0x11);
	size_t a, b;

	for (a = 1; a <= 40; a++)
		for (b = 1; b < a; b++)
			KUNIT_EXPECT_NE_MSG(test, hdt_hash(key, a), hdt_hash(key, b),
					    "lengths %zu and %zu", a, b);
}

/* 65536 keys that differ in digits: 16 to a bucket, 512 to a fingerprint. */
static void hash_spreads_similar_keys(struct kunit *test)
{
	u16 *bucket = kunit_kcalloc(test, 4096, sizeof(*bucket), GFP_KERNEL);
	u16 *fingerprint = kunit_kcalloc(test, 128, sizeof(*fingerprint), GFP_KERNEL);
	unsigned int fullest = 0, commonest = 0, rarest = U16_MAX;
	char key[32];
	u64 hash;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, bucket);
	KUNIT_ASSERT_NOT_NULL(test, fingerprint);
	for (i = 0; i < 65536; i++) {
		hash = hdt_hash(key, scnprintf(key, sizeof(key), "GET:/api/u9f/%d", i));
		bucket[hash % 4096]++;
		fingerprint[hash >> 57]++;
	}
	for (i = 0; i < 4096; i++)
		fullest = max_t(unsigned int, fullest, bucket[i]);
	for (i = 0; i < 128; i++) {
		commonest = max_t(unsigned int, commonest, fingerprint[i]);
		rarest = min_t(unsigned int, rarest, fingerprint[i]);
	}
	/* Eight standard deviations: by accident once in 10^11 boots. */
	KUNIT_EXPECT_LT(test, fullest, 16 + 8 * 4 + 8);
	KUNIT_EXPECT_LT(test, commonest, 512 + 8 * 23);
	KUNIT_EXPECT_GT(test, rarest, 512 - 8 * 23);
}

#define KEY_SIZE 12

/* Distinct keys whose hashes have the bits of @home in @mask: found by trying. */
static char (*keys_of(struct kunit *test, int nr, u64 home, u64 mask))[KEY_SIZE]
{
	char (*keys)[KEY_SIZE] = kunit_kcalloc(test, nr, KEY_SIZE, GFP_KERNEL);
	int found = 0, len;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, keys);
	for (i = 0; found < nr; i++) {
		len = scnprintf(keys[found], KEY_SIZE, "%x", i);
		found += !((hdt_hash(keys[found], len) ^ home) & mask);
		if (!(i % 4096))
			cond_resched();
	}
	return keys;
}

static char (*colliding_keys(struct kunit *test, int nr, u64 mask))[KEY_SIZE]
{
	return keys_of(test, nr, hdt_hash("home", 4), mask);
}

/* One home bucket and one fingerprint: only the keys themselves tell. */
static void keys_that_collide_in_all_the_index_uses(struct kunit *test)
{
	const int nr = 24;
	char (*keys)[KEY_SIZE] = colliding_keys(test, nr + 1, 0xfe000000000000ffULL);
	long *value = kunit_kcalloc(test, nr, sizeof(*value), GFP_KERNEL);
	struct hdt_table *table = fixture_class_table(test);
	int i, gone;

	KUNIT_ASSERT_NOT_NULL(test, value);
	for (i = 0; i < nr; i++) {
		value[i] = 100 * i;
		KUNIT_ASSERT_EQ(test, 0, num_register(table, keys[i], fixture_add, &value[i]));
	}
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, keys[nr], 1));
	for (gone = 0; gone < nr; gone++) {
		for (i = gone; i < nr; i++)
			KUNIT_EXPECT_EQ_MSG(test, 100 * i + 1, by_key(table, keys[i], 1),
					    "key %d, without %d", i, gone);
		KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, keys[gone]));
		fixture_reap(table);
		KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, keys[gone], 1));
	}
	/* The places they left are taken again. */
	KUNIT_EXPECT_EQ(test, 0, num_register(table, keys[nr], fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, keys[nr], 1));
}

/* [G4] No larger index in proportion to the keys parts them: probing stays bounded. */
static void more_keys_collide_than_probing_allows(struct kunit *test)
{
	const int nr = HDT_PROBE_MAX * HDT_LANES;
	char (*keys)[KEY_SIZE] = colliding_keys(test, nr + 1, 0x1fff);
	struct hdt_table *table = fixture_table(test, NULL);
	struct fixture_state before;
	int i;

	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_EQ_MSG(test, 0, num_register(table, keys[i], fixture_double, NULL),
				    "key %d", i);
	before = fixture_state(table);
	KUNIT_EXPECT_EQ(test, -ENOSPC, num_register(table, keys[nr], fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, before.nr_handlers, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, before.nr_slots, fixture_state(table).nr_slots);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ_MSG(test, 2, by_key(table, keys[i], 1), "key %d", i);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, keys[nr], 1));
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "elsewhere", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "elsewhere", 1));
}

/*
 * As many keys of one home as probing allows, and a few of the last bucket that
 * they come to, are in an index of 64. In one of 128 that they are copied to the
 * few come before the last of the many, which then do not fit: the next has 256.
 */
static void copy_that_does_not_fit_grows_further(struct kunit *test)
{
	const int many = HDT_PROBE_MAX * HDT_LANES, few = HDT_LANES, others = 200;
	char (*keys)[KEY_SIZE] = keys_of(test, many, 48, 127);
	char (*last)[KEY_SIZE] = keys_of(test, few, 48 + HDT_PROBE_MAX - 1, 127);
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_registry *registry = to_registry(table);
	u32 mask[2];
	char key[8];
	int i;

	for (i = 0; i < many; i++)
		KUNIT_ASSERT_EQ(test, 0, num_register(table, keys[i], fixture_double, NULL));
	for (i = 0; i < few; i++)
		KUNIT_ASSERT_EQ(test, 0, num_register(table, last[i], fixture_double, NULL));
	mutex_lock(&registry->mutex);
	mask[0] = hdt_dereference(registry, table->index)->mask;
	mutex_unlock(&registry->mutex);
	for (i = 0; i < others; i++) {
		snprintf(key, sizeof(key), "o%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	}
	mutex_lock(&registry->mutex);
	mask[1] = hdt_dereference(registry, table->index)->mask;
	mutex_unlock(&registry->mutex);
	KUNIT_EXPECT_EQ(test, 63, mask[0]);
	KUNIT_EXPECT_EQ(test, 255, mask[1]);
	for (i = 0; i < many; i++)
		KUNIT_EXPECT_EQ_MSG(test, 2, by_key(table, keys[i], 1), "key %d", i);
	for (i = 0; i < few; i++)
		KUNIT_EXPECT_EQ_MSG(test, 2, by_key(table, last[i], 1), "last %d", i);
	KUNIT_EXPECT_EQ(test, many + few + others, fixture_nr_handlers(table));
}

/* More than the page allocator has in one piece. */
static void array_that_takes_a_mapping(struct kunit *test)
{
	const size_t size = 2 * (PAGE_SIZE << MAX_PAGE_ORDER);
	u8 *array = hdt_array_alloc(size);

	KUNIT_ASSERT_NOT_NULL(test, array);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(array));
	KUNIT_EXPECT_NULL(test, memchr_inv(array, 0, size));
	hdt_array_free(array, size);
}

/* Removals leave marks in the index: it is renewed, and does not grow for it. */
static void index_of_a_table_that_changes_all_the_time(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_registry *registry = to_registry(table);
	char key[KEY_SIZE];
	u32 i, mask;

	for (i = 0; i < 5000; i++) {
		scnprintf(key, sizeof(key), "%u", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
		if (i < 15)
			continue;
		scnprintf(key, sizeof(key), "%u", i - 15);
		KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, key));
		if (!(i % 8))
			fixture_reap(table);
	}
	fixture_reap(table);
	mutex_lock(&registry->mutex);
	mask = hdt_dereference(registry, table->index)->mask;
	mutex_unlock(&registry->mutex);
	KUNIT_EXPECT_LE(test, mask, 15);
	KUNIT_EXPECT_EQ(test, 15, fixture_state(table).nr_used);
	KUNIT_EXPECT_EQ(test, 15, fixture_state(table).nr_slots);
}

static u32 generation(num_handle handle)
{
	return handle.h.raw >> 32;
}

/* Give a free slot the generation that its next tenant gets. */
static void set_generation(struct hdt_table *table, u32 slot, u32 generation)
{
	struct hdt_registry *registry = to_registry(table);
	unsigned long *word;

	mutex_lock(&registry->mutex);
	word = &hdt_dereference(registry, table->slots)->word[slot];
	*word = (u32)*word | (u64)generation << 32;
	mutex_unlock(&registry->mutex);
}

/* [G5] When its 2^32 generations were used, a slot is not used again. */
static void slot_whose_generations_are_used_up(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle first, last, next;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	first = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	set_generation(table, (u32)first.h.raw, generation(first) - 1);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	last = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, (u32)first.h.raw, (u32)last.h.raw);
	KUNIT_ASSERT_EQ(test, generation(first) - 1, generation(last));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	next = num_get(table, "key");
	KUNIT_EXPECT_NE(test, (u32)first.h.raw, (u32)next.h.raw);
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, first, 1));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, last, 1));
	KUNIT_EXPECT_EQ(test, 2, by_handle(table, next, 1));
}

/* The generation is a word that wraps like any other. */
static void generation_passes_zero(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	num_handle before, after;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	before = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	set_generation(table, (u32)before.h.raw, U32_MAX);
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	before = num_get(table, "key");
	KUNIT_ASSERT_EQ(test, U32_MAX, generation(before));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_triple, NULL));
	after = num_get(table, "key");
	KUNIT_EXPECT_EQ(test, 0, generation(after));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, before, 1));
	KUNIT_EXPECT_EQ(test, 3, by_handle(table, after, 1));
}

#define MANY 5000

struct crowd {
	struct hdt_table *table;
	num_handle handle[MANY];
	long value[MANY];
};

static const char *crowd_key(int i)
{
	static char key[32];

	snprintf(key, sizeof(key), "GET:/api/u9f/%d", i);
	return key;
}

static struct crowd *crowd(struct kunit *test)
{
	struct crowd *crowd = kunit_kzalloc(test, sizeof(*crowd), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, crowd);
	crowd->table = fixture_class_table(test);
	for (i = 0; i < MANY; i++)
		crowd->value[i] = 10 * i;
	return crowd;
}

static void crowd_register(struct kunit *test, struct crowd *crowd, int i)
{
	KUNIT_ASSERT_EQ_MSG(test, 0, num_register(crowd->table, crowd_key(i), fixture_add,
						  &crowd->value[i]), "handler %d", i);
	crowd->handle[i] = num_get(crowd->table, crowd_key(i));
}

static void crowd_check(struct kunit *test, struct crowd *crowd, int nr, int step)
{
	int i;

	for (i = 0; i < nr; i += step) {
		KUNIT_EXPECT_EQ_MSG(test, 10 * i + 1, by_key(crowd->table, crowd_key(i), 1),
				    "handler %d of %d", i, nr);
		KUNIT_EXPECT_EQ_MSG(test, 10 * i + 1, by_handle(crowd->table, crowd->handle[i], 1),
				    "handler %d of %d", i, nr);
	}
}

/* [G1] At each doubling all are found, and the handles from before it are valid. */
static void growth_from_one_to_many(struct kunit *test)
{
	struct crowd *c = crowd(test);
	int i;

	for (i = 0; i < MANY; i++) {
		crowd_register(test, c, i);
		if (is_power_of_2(i + 1))
			crowd_check(test, c, i + 1, 1);
	}
	crowd_check(test, c, MANY, 1);
	KUNIT_EXPECT_EQ(test, MANY, fixture_nr_handlers(c->table));
}

static void half_of_many_leave_and_come_back(struct kunit *test)
{
	struct crowd *c = crowd(test);
	num_handle old;
	u32 slots;
	int i;

	for (i = 0; i < MANY; i++)
		crowd_register(test, c, i);
	slots = fixture_state(c->table).nr_slots;
	for (i = 1; i < MANY; i += 2)
		KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(c->table, crowd_key(i)));
	fixture_reap(c->table);
	crowd_check(test, c, MANY, 2);
	for (i = 1; i < MANY; i += 2) {
		KUNIT_EXPECT_EQ_MSG(test, -ENOENT, by_key(c->table, crowd_key(i), 1), "%d", i);
		old = c->handle[i];
		crowd_register(test, c, i);
		KUNIT_EXPECT_EQ_MSG(test, -ESTALE, by_handle(c->table, old, 1), "%d", i);
	}
	crowd_check(test, c, MANY, 1);
	KUNIT_EXPECT_EQ(test, slots, fixture_state(c->table).nr_slots);
}

/* All of them in one batch, and none of them if the last one is a duplicate. */
static void batch_of_many(struct kunit *test)
{
	struct hdt_handler *batch = kunit_kcalloc(test, MANY, sizeof(*batch), GFP_KERNEL);
	char (*keys)[KEY_SIZE] = kunit_kcalloc(test, MANY, KEY_SIZE, GFP_KERNEL);
	struct crowd *c = crowd(test);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, batch);
	KUNIT_ASSERT_NOT_NULL(test, keys);
	for (i = 0; i < MANY; i++) {
		snprintf(keys[i], KEY_SIZE, "%d", i);
		batch[i] = num_handler(keys[i], fixture_add, &c->value[i]);
	}
	batch[MANY - 1].key = batch[0].key;
	KUNIT_EXPECT_EQ(test, -EEXIST, __hdt_register(c->table, batch, MANY, NULL));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(c->table));
	KUNIT_EXPECT_EQ(test, 0, fixture_state(c->table).nr_used);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(c->table, batch[0].key, 1));
	batch[MANY - 1].key = "last";
	KUNIT_EXPECT_EQ(test, 0, __hdt_register(c->table, batch, MANY, NULL));
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ_MSG(test, 10 * i + 1, by_key(c->table, batch[i].key, 1), "%d", i);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(c->table, NULL));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(c->table));
}

static struct kunit_case index_cases[] = {
	KUNIT_CASE(key_equal_sees_every_byte),
	KUNIT_CASE(hash_depends_on_every_byte),
	KUNIT_CASE(hash_depends_on_the_length),
	KUNIT_CASE(hash_spreads_similar_keys),
	KUNIT_CASE_PARAM(keys_that_collide_in_all_the_index_uses, fixture_each_class),
	KUNIT_CASE(more_keys_collide_than_probing_allows),
	KUNIT_CASE(copy_that_does_not_fit_grows_further),
	KUNIT_CASE(array_that_takes_a_mapping),
	KUNIT_CASE(index_of_a_table_that_changes_all_the_time),
	KUNIT_CASE_PARAM(slot_whose_generations_are_used_up, fixture_each_class),
	KUNIT_CASE_PARAM(generation_passes_zero, fixture_each_class),
	KUNIT_CASE_PARAM(growth_from_one_to_many, fixture_each_class),
	KUNIT_CASE_PARAM(half_of_many_leave_and_come_back, fixture_each_class),
	KUNIT_CASE_PARAM(batch_of_many, fixture_each_class),
	{}
};

static struct kunit_suite index_suite = {
	.name = "hdt_index",
	.init = fixture_init,
	.test_cases = index_cases,
};

kunit_test_suite(index_suite);
