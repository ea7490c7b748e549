// SPDX-License-Identifier: GPL-2.0-only
/*
 * [G6] Descriptors that were overwritten: every dispatch refuses them, nothing
 * in them is believed, and the table goes on without them. What they leave
 * allocated on purpose is freed here, so that kmemleak has nothing to say.
 */
#include "fixture.h"
#include "key.h"
#include "owner.h"
#include "reaper.h"
#include "table.h"

static int ran, released;

static long count(void *ctx, long x)
{
	return ++ran;
}

static void count_release(void *ctx)
{
	released++;
}

/* One field, and what a dispatch says when it was changed. */
struct damage {
	const char *name;
	size_t offset;
	u64 flip;
	int by_key, by_handle;
};

#define DAMAGE(NAME, FIELD, FLIP)						\
	{ NAME, offsetof(struct hdt_desc, FIELD), FLIP, -EKEYREJECTED, -EKEYREJECTED }

static const struct damage damages[] = {
	DAMAGE("entry", entry, 0x10),
	DAMAGE("ctx", ctx, 0x8),
	DAMAGE("tag", tag, 0x1),
	DAMAGE("source", source, 0x40),
	DAMAGE("stack budget", meta, 1U << HDT_META_STACK_SHIFT),
	DAMAGE("revision", meta, 1U << HDT_META_REV_SHIFT),
	DAMAGE("mode, to exclusive", meta, HDT_F_EXCLUSIVE),
	DAMAGE("mode, to once", meta, HDT_F_ONCE),
	DAMAGE("extra", meta, HDT_F_EXTRA),
	DAMAGE("an unused flag", meta, 0x8000),
	/* A call by handle brings these, and the seal was made over them: they are not read. */
	{ "slot", offsetof(struct hdt_desc, handle), 1ULL, -EKEYREJECTED, 0 },
	{ "generation", offsetof(struct hdt_desc, handle), 1ULL << 32, -EKEYREJECTED, 0 },
	{ "key length, to 1", offsetof(struct hdt_desc, meta), 2, -ENOENT, -EKEYREJECTED },
	{ "key length, to 131", offsetof(struct hdt_desc, meta), 0x80, -ENOENT, -EKEYREJECTED },
};

KUNIT_ARRAY_PARAM_DESC(damage, damages, name);

/* Undoes itself when called again. Bytes that stay are not touched: meta is no word. */
static void flip(struct hdt_desc *desc, const struct damage *damage)
{
	u8 *at = (u8 *)desc + damage->offset;
	u64 bits;

	for (bits = damage->flip; bits; bits >>= 8)
		*at++ ^= (u8)bits;
}

/* A descriptor that a refused removal left behind; @damage is still in it. */
static void dispose(struct hdt_table *table, struct hdt_desc *desc, const struct damage *damage)
{
	hdt_class_wait(to_registry(table));
	flip(desc, damage);
	hdt_desc_free(desc);
}

static void overwritten_field_is_refused(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	const struct damage *damage = test->param_value;
	struct hdt_desc *desc;
	num_handle handle;

	ran = 0;
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", count, NULL));
	desc = fixture_desc(test, table, "key");
	handle = num_get(table, "key");
	flip(desc, damage);
	KUNIT_EXPECT_EQ(test, damage->by_key, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, damage->by_key, by_prepared(table, "key", 1));
	KUNIT_EXPECT_EQ(test, damage->by_key, hdt_handle_err(num_get(table, "key")));
	if (damage->by_handle)
		KUNIT_EXPECT_EQ(test, damage->by_handle, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, 3 * (damage->by_key == -EKEYREJECTED) +
			(damage->by_handle == -EKEYREJECTED),
			fixture_faults(table, HDT_BROKEN_SEAL));
	KUNIT_EXPECT_EQ(test, 0, ran);
	flip(desc, damage);
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_handle(table, handle, 1));
}

/* A mode whose descriptors take the slow path. */
static void overwritten_descriptor_of_each_mode(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	const struct damage *damage = &damages[0];
	struct hdt_opts opts = { };
	struct hdt_desc *desc;

	ran = 0;
	for (opts.mode = HDT_SHARED; opts.mode <= HDT_ONCE; opts.mode++) {
		KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", count, NULL, &opts));
		desc = fixture_desc(test, table, "key");
		flip(desc, damage);
		KUNIT_EXPECT_EQ_MSG(test, -EKEYREJECTED, by_key(table, "key", 1), "mode %d",
				    opts.mode);
		flip(desc, damage);
		KUNIT_EXPECT_EQ_MSG(test, opts.mode + 1, by_key(table, "key", 1), "mode %d",
				    opts.mode);
		hdt_unregister_all(table, NULL);
	}
	KUNIT_EXPECT_EQ(test, 3, ran);
}

/* A mode that is taken away: the seal of one kind is no seal of the other. */
static void exclusive_turned_shared_is_refused(struct kunit *test)
{
	struct hdt_opts opts = { .mode = HDT_EXCLUSIVE };
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", count, NULL, &opts));
	desc = fixture_desc(test, table, "key");
	desc->meta ^= HDT_F_EXCLUSIVE;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "key", 1));
	desc->tag ^= HDT_SEAL_SLOW;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "key", 1));
	desc->tag ^= HDT_SEAL_SLOW;
	desc->meta ^= HDT_F_EXCLUSIVE;
}

static void every_sealed_bit_counts(struct kunit *test)
{
	static const struct {
		const char *name;
		size_t offset;
		u64 bits;
	} words[] = {
		{ "entry", offsetof(struct hdt_desc, entry), ~0ULL },
		{ "ctx", offsetof(struct hdt_desc, ctx), ~0ULL },
		{ "tag", offsetof(struct hdt_desc, tag), ~0ULL },
		{ "source", offsetof(struct hdt_desc, source), ~0ULL },
		{ "meta", offsetof(struct hdt_desc, meta),
		  (u32)~(HDT_META_LEN | HDT_F_UNSEALED) },
	};
	struct hdt_table *table = fixture_class_table(test);
	struct damage damage = { };
	struct hdt_desc *desc;
	num_handle handle;
	int i, bit;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", count, NULL));
	desc = fixture_desc(test, table, "key");
	handle = num_get(table, "key");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		for (bit = 0; bit < 64; bit++) {
			damage.offset = words[i].offset;
			damage.flip = words[i].bits & 1ULL << bit;
			if (!damage.flip)
				continue;
			flip(desc, &damage);
			KUNIT_EXPECT_EQ_MSG(test, -EKEYREJECTED, by_handle(table, handle, 1),
					    "%s, bit %d", words[i].name, bit);
			flip(desc, &damage);
		}
	KUNIT_EXPECT_GT(test, by_handle(table, handle, 1), 0);
}

/* Fields that are sound in another descriptor are not in this one. */
static void field_of_another_descriptor_is_refused(struct kunit *test)
{
	static long one = 1, two = 2;
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *a, *b;
	u64 tag;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "a", fixture_add, &one));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "b", fixture_add, &two));
	a = fixture_desc(test, table, "a");
	b = fixture_desc(test, table, "b");
	tag = b->tag;
	b->ctx = a->ctx;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "b", 1));
	b->tag = a->tag;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "b", 1));
	b->ctx = &two;
	b->tag = tag;
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "b", 1));
}

/* Nor is all of it together: a seal is good in its place only. */
static void content_of_another_descriptor_is_refused(struct kunit *test)
{
	static long one = 1, two = 2;
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *a, *b;
	num_handle handle;
	u64 tag, own;
	u32 meta;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "a", fixture_add, &one));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "b", fixture_add, &two));
	handle = num_get(table, "b");
	a = fixture_desc(test, table, "a");
	b = fixture_desc(test, table, "b");
	tag = b->tag;
	meta = b->meta;
	b->ctx = a->ctx;
	b->tag = a->tag;
	b->meta = a->meta;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "b", 1));
	own = b->handle;
	b->handle = a->handle;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "b", 1));
	b->handle = a->handle + ((unsigned long)a - (unsigned long)b);
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_key(table, "b", 1));
	b->handle = own;
	KUNIT_EXPECT_LT(test, by_handle(table, handle, 1), 0L);
	b->ctx = &two;
	b->tag = tag;
	b->meta = meta;
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "b", 1));
}

static int register_counted(struct hdt_table *table, const char *key)
{
	struct hdt_opts opts = { .release = count_release };

	return num_register_opts(table, key, count, NULL, &opts);
}

static void unregister_of_overwritten(struct kunit *test)
{
	const struct damage *damage = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_desc *desc;
	num_handle handle;

	if (damage->by_key != -EKEYREJECTED)
		kunit_skip(test, "its key does not lead to it");
	released = 0;
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "key"));
	desc = fixture_desc(test, table, "key");
	handle = num_get(table, "key");
	flip(desc, damage);
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ESTALE, by_handle(table, handle, 1));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, released);
	dispose(table, desc, damage);
}

static void destroy_with_overwritten(struct kunit *test)
{
	const struct damage *damage = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_desc *desc;

	ran = 0;
	released = 0;
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "one"));
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "key"));
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "two"));
	desc = fixture_desc(test, table, "key");
	flip(desc, damage);
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, 2, released);
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "one", 1));
	KUNIT_EXPECT_LT(test, by_key(table, "key", 1), 0L);
	KUNIT_EXPECT_EQ(test, 0, ran);
	dispose(table, desc, damage);
}

static void async_unregister_of_overwritten(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	flip(desc, &damages[1]);
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, hdt_unregister_async(table, "key"));
	flush_workqueue(hdt_workqueue);
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, fixture_nr_handlers(table));
	dispose(table, desc, &damages[1]);
}

static void replace_of_overwritten(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	flip(desc, &damages[1]);
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, num_replace(table, "key", 0, fixture_triple, NULL));
	flip(desc, &damages[1]);
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
}

/* The table grows around it: the others are found, it is still refused. */
static void growth_with_overwritten(struct kunit *test)
{
	const struct damage *damage = test->param_value;
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_desc *desc;
	char key[8];
	int i;

	ran = 0;
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", count, NULL));
	desc = fixture_desc(test, table, "key");
	flip(desc, damage);
	for (i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	}
	for (i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_EXPECT_EQ_MSG(test, 2, by_key(table, key, 1), "key %s", key);
	}
	KUNIT_EXPECT_LT(test, by_key(table, "key", 1), 0L);
	KUNIT_EXPECT_EQ(test, 0, ran);
	/* The grown index has left it behind; its slot still has it. */
	hdt_quarantine_all(to_registry(table));
	KUNIT_EXPECT_EQ(test, 100, fixture_nr_handlers(table));
	dispose(table, desc, damage);
}

/* What release would be called with has a seal of its own. */
static void release_that_was_overwritten_is_not_called(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_extra *extra;

	released = 0;
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "key"));
	extra = hdt_desc_extra(fixture_desc(test, table, "key"));
	extra->release = fixture_release;
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, released);
	KUNIT_EXPECT_EQ(test, 1, fixture_faults(table, HDT_BROKEN_SEAL));
	hdt_desc_free(&extra->desc);
}

/* Another key of this length, whose home in the smallest index, of four, is another. */
static void overwrite_key(struct hdt_desc *desc)
{
	u64 home = hdt_hash(desc->key, hdt_desc_len(desc));

	do
		desc->key[0]++;
	while (!((hdt_hash(desc->key, hdt_desc_len(desc)) ^ home) & 3));
}

/* The way to its memory goes by the key, which is not sealed: it is not taken for dead. */
static void once_handler_whose_key_was_overwritten(struct kunit *test)
{
	static const struct hdt_opts once = { .mode = HDT_ONCE };
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;
	num_handle handle;

	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, NULL, &once));
	handle = num_get(table, "key");
	desc = fixture_desc(test, table, "key");
	overwrite_key(desc);
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, by_handle(table, handle, 1));
	desc->key[0] = 'k';
	KUNIT_EXPECT_EQ(test, 2, by_handle(table, handle, 1));
}

/* Dead, and then its key: it leaves the index all the same, and is released. */
static void key_overwritten_after_the_removal(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct mutex *mutex = &to_registry(table)->mutex;
	struct hdt_desc *desc;

	released = 0;
	KUNIT_ASSERT_EQ(test, 0, register_counted(table, "key"));
	desc = fixture_desc(test, table, "key");
	/* Keeps the reaper out. */
	mutex_lock(mutex);
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "key"));
	overwrite_key(desc);
	mutex_unlock(mutex);
	fixture_reap(table);
	KUNIT_EXPECT_EQ(test, 1, released);
	KUNIT_EXPECT_EQ(test, 0, fixture_state(table).nr_used);
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
}

/* What was overwritten makes room for who registers its key. */
static void register_over_an_overwritten_one(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	flip(desc, &damages[1]);
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 3, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, fixture_nr_handlers(table));
	dispose(table, desc, &damages[1]);
}

static struct kunit_case seal_cases[] = {
	KUNIT_CASE_PARAM(overwritten_field_is_refused, damage_gen_params),
	KUNIT_CASE_PARAM(overwritten_descriptor_of_each_mode, fixture_each_class),
	KUNIT_CASE_PARAM(exclusive_turned_shared_is_refused, fixture_each_class),
	KUNIT_CASE_PARAM(every_sealed_bit_counts, fixture_each_class),
	KUNIT_CASE_PARAM(field_of_another_descriptor_is_refused, fixture_each_class),
	KUNIT_CASE_PARAM(content_of_another_descriptor_is_refused, fixture_each_class),
	KUNIT_CASE_PARAM(unregister_of_overwritten, damage_gen_params),
	KUNIT_CASE_PARAM(destroy_with_overwritten, damage_gen_params),
	KUNIT_CASE_PARAM(async_unregister_of_overwritten, fixture_each_class),
	KUNIT_CASE_PARAM(replace_of_overwritten, fixture_each_class),
	KUNIT_CASE_PARAM(growth_with_overwritten, damage_gen_params),
	KUNIT_CASE_PARAM(release_that_was_overwritten_is_not_called, fixture_each_class),
	KUNIT_CASE_PARAM(once_handler_whose_key_was_overwritten, fixture_each_class),
	KUNIT_CASE_PARAM(key_overwritten_after_the_removal, fixture_each_class),
	KUNIT_CASE_PARAM(register_over_an_overwritten_one, fixture_each_class),
	{}
};

static struct kunit_suite seal_suite = {
	.name = "hdt_seal",
	.init = fixture_init,
	.test_cases = seal_cases,
};

kunit_test_suite(seal_suite);
