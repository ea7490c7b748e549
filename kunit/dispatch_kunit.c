// SPDX-License-Identifier: GPL-2.0-only
/* Calls that run: by every name a handler has, of every shape, with every key. */
#include "fixture.h"

/* How a handler can be named, times the class of its table. */
struct way {
	const char *name;
	long (*call)(struct hdt_table *table, const char *key, long x);
	bool sleepable;
};

static const struct way ways[] = {
	{ "atomic, by key", by_key, false },
	{ "atomic, by bytes", by_bytes, false },
	{ "atomic, by prepared key", by_prepared, false },
	{ "atomic, by handle", by_new_handle, false },
	{ "sleepable, by key", by_key, true },
	{ "sleepable, by bytes", by_bytes, true },
	{ "sleepable, by prepared key", by_prepared, true },
	{ "sleepable, by handle", by_new_handle, true },
};

KUNIT_ARRAY_PARAM_DESC(way, ways, name);

static struct hdt_table *way_table(struct kunit *test)
{
	const struct way *way = test->param_value;

	return fixture_table(test, &(struct hdt_table_opts){ .sleepable = way->sleepable });
}

static long call(struct kunit *test, struct hdt_table *table, const char *key, long x)
{
	const struct way *way = test->param_value;

	return way->call(table, key, x);
}

static void call_runs_the_key_s_handler(struct kunit *test)
{
	struct hdt_table *table = way_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "double", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "triple", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 10, call(test, table, "double", 5));
	KUNIT_EXPECT_EQ(test, 15, call(test, table, "triple", 5));
}

static void call_passes_ctx(struct kunit *test)
{
	static long hundred = 100, thousand = 1000;
	struct hdt_table *table = way_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "a", fixture_add, &hundred));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "b", fixture_add, &thousand));
	KUNIT_EXPECT_EQ(test, 107, call(test, table, "a", 7));
	KUNIT_EXPECT_EQ(test, 1007, call(test, table, "b", 7));
}

static void call_of_unknown_key(struct kunit *test)
{
	struct hdt_table *table = way_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "known", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, table, "unknown", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, table, "know", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, table, "knownn", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, table, "Known", 1));
}

static void call_in_empty_table(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, way_table(test), "key", 1));
}

static void call_of_other_signature(struct kunit *test)
{
	struct hdt_table *table = way_table(test);

	KUNIT_ASSERT_EQ(test, 0, word_register(table, "key", fixture_word, NULL));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, call(test, table, "key", 1));
}

static void call_after_unregister(struct kunit *test)
{
	struct hdt_table *table = way_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, -ENOENT, call(test, table, "key", 1));
}

static void call_with_bad_key(struct kunit *test)
{
	struct hdt_table *table = way_table(test);
	char *key = kunit_kzalloc(test, HDT_KEY_MAX + 2, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, key);
	memset(key, 'k', HDT_KEY_MAX + 1);
	KUNIT_EXPECT_EQ(test, -EINVAL, call(test, table, NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, call(test, table, "", 1));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, call(test, table, key, 1));
}

static void call_without_table(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EINVAL, call(test, NULL, "key", 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, call(test, ERR_PTR(-ENOENT), "key", 1));
}

static const size_t lens[] = {
	1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 21, 24, 31, 32, 33, 63, 64, 65, 254, 255,
};

/* Keys of one length that differ in their first, middle or last byte only. */
static void call_tells_keys_of_any_length_apart(struct kunit *test)
{
	struct hdt_table *table = way_table(test);
	char *key = kunit_kzalloc(test, HDT_KEY_MAX + 1, GFP_KERNEL);
	size_t i, at;

	KUNIT_ASSERT_NOT_NULL(test, key);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		memset(key, 'k', lens[i]);
		KUNIT_ASSERT_EQ_MSG(test, 0, num_register(table, key, fixture_double, NULL),
				    "length %zu", lens[i]);
		KUNIT_EXPECT_EQ_MSG(test, 8, call(test, table, key, 4), "length %zu", lens[i]);
		for (at = 0; at < lens[i]; at += max(1UL, (lens[i] - 1) / 2)) {
			key[at] ^= 1;
			KUNIT_EXPECT_EQ_MSG(test, -ENOENT, call(test, table, key, 4),
					    "length %zu, byte %zu", lens[i], at);
			key[at] ^= 1;
		}
	}
}

static void call_with_every_byte_value(struct kunit *test)
{
	struct hdt_table *table = way_table(test);
	long *value = kunit_kcalloc(test, 256, sizeof(*value), GFP_KERNEL);
	char key[2] = "";
	int i;

	KUNIT_ASSERT_NOT_NULL(test, value);
	for (i = 1; i < 256; i++) {
		key[0] = i;
		value[i] = 1000 * i;
		KUNIT_ASSERT_EQ_MSG(test, 0, num_register(table, key, fixture_add, &value[i]),
				    "byte %d", i);
	}
	for (i = 1; i < 256; i++) {
		key[0] = i;
		KUNIT_EXPECT_EQ_MSG(test, 1000 * i + 1, call(test, table, key, 1), "byte %d", i);
	}
}

static void call_without_ret(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_key key;

	KUNIT_ASSERT_EQ(test, 0, hdt_key_init(&key, "key", 3));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_call(table, "key", NULL, 1));
	KUNIT_EXPECT_EQ(test, 0, num_call_n(table, "key", 3, NULL, 1));
	KUNIT_EXPECT_EQ(test, 0, num_call_key(table, &key, NULL, 1));
	KUNIT_EXPECT_EQ(test, 0, num_call_handle(table, num_get(table, "key"), NULL, 1));
}

static void refused_call_leaves_ret_alone(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	long ret = 4711;

	KUNIT_EXPECT_EQ(test, -ENOENT, num_call(table, "key", &ret, 1));
	KUNIT_EXPECT_EQ(test, 4711, ret);
}

/* Bytes as they come out of a packet: at the end of what may be read, no NUL. */
static void call_n_reads_no_byte_too_many(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	char *key, *bytes;
	long ret;
	size_t i;

	key = kunit_kzalloc(test, HDT_KEY_MAX + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, key);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		memset(key, 'k', lens[i]);
		bytes = kunit_kmalloc(test, lens[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, bytes);
		memcpy(bytes, key, lens[i]);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
		KUNIT_EXPECT_EQ_MSG(test, 0, num_call_n(table, bytes, lens[i], &ret, 1),
				    "length %zu", lens[i]);
	}
}

static void call_n_with_nul_inside(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	long ret;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_n(table, "key", 4, &ret, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_n(table, "k\0y", 3, &ret, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_n(table, "\0", 1, &ret, 1));
}

static void call_n_with_huge_length(struct kunit *test)
{
	char *key = kunit_kzalloc(test, HDT_KEY_MAX + 1, GFP_KERNEL);
	struct hdt_table *table = fixture_class_table(test);
	long ret;

	KUNIT_ASSERT_NOT_NULL(test, key);
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, num_call_n(table, key, HDT_KEY_MAX + 1, &ret, 1));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, num_call_n(table, key, SIZE_MAX, &ret, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_n(table, "key", 0, &ret, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_n(table, NULL, 3, &ret, 1));
}

static void prepared_key_serves_every_table(struct kunit *test)
{
	struct hdt_table *one = fixture_class_table(test), *two = fixture_class_table(test);
	struct hdt_key key;
	long ret = 0;

	KUNIT_ASSERT_EQ(test, 0, hdt_key_init(&key, "key", 3));
	KUNIT_ASSERT_EQ(test, 0, num_register(one, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register(two, "key", fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_call_key(one, &key, &ret, 1));
	KUNIT_EXPECT_EQ(test, 2, ret);
	KUNIT_EXPECT_EQ(test, 0, num_call_key(two, &key, &ret, 1));
	KUNIT_EXPECT_EQ(test, 3, ret);
}

static void key_init_refuses_what_is_no_key(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	struct hdt_key key = { .bytes = "key", .len = 3 };
	char *long_key = kunit_kzalloc(test, HDT_KEY_MAX + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, long_key);
	memset(long_key, 'k', HDT_KEY_MAX + 1);
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_key_init(NULL, "key", 3));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_key_init(&key, NULL, 3));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_key_init(&key, "key", 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_key_init(&key, "key", 4));
	KUNIT_EXPECT_EQ(test, -ENAMETOOLONG, hdt_key_init(&key, long_key, HDT_KEY_MAX + 1));
	KUNIT_EXPECT_EQ(test, 0, hdt_key_init(&key, long_key, HDT_KEY_MAX));
	/* One that was refused is not the one it was before. */
	KUNIT_ASSERT_EQ(test, -EINVAL, hdt_key_init(&key, "key", 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_key(table, &key, NULL, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, num_call_key(table, NULL, NULL, 1));
}

static void handle_is_the_same_each_time(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_key key;

	KUNIT_ASSERT_EQ(test, 0, hdt_key_init(&key, "key", 3));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_handle_err(num_get(table, "key")));
	KUNIT_EXPECT_TRUE(test, same_handle(num_get(table, "key"), num_get(table, "key")));
	KUNIT_EXPECT_TRUE(test, same_handle(num_get(table, "key"), num_get_key(table, &key)));
}

/* A chain through two tables, of both classes: the sleepable one is the outer. */
struct link {
	struct hdt_table *table[2];
	int left;
};

static long descend(void *ctx, long x)
{
	struct link *link = ctx;

	return --link->left ? by_key(link->table[link->left == 1], "descend", x + 1) : x;
}

static void call_from_inside_a_handler(struct kunit *test)
{
	struct link *link = kunit_kzalloc(test, sizeof(*link), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, link);
	link->table[0] = fixture_class_table(test);
	link->table[1] = fixture_table(test, NULL);
	link->left = 5;
	KUNIT_ASSERT_EQ(test, 0, num_register(link->table[0], "descend", descend, link));
	KUNIT_ASSERT_EQ(test, 0, num_register(link->table[1], "descend", descend, link));
	KUNIT_EXPECT_EQ(test, 104, by_key(link->table[0], "descend", 100));
	KUNIT_EXPECT_EQ(test, 0, link->left);
}

static struct kunit_case dispatch_cases[] = {
	KUNIT_CASE_PARAM(call_runs_the_key_s_handler, way_gen_params),
	KUNIT_CASE_PARAM(call_passes_ctx, way_gen_params),
	KUNIT_CASE_PARAM(call_of_unknown_key, way_gen_params),
	KUNIT_CASE_PARAM(call_in_empty_table, way_gen_params),
	KUNIT_CASE_PARAM(call_of_other_signature, way_gen_params),
	KUNIT_CASE_PARAM(call_after_unregister, way_gen_params),
	KUNIT_CASE_PARAM(call_with_bad_key, way_gen_params),
	KUNIT_CASE_PARAM(call_without_table, way_gen_params),
	KUNIT_CASE_PARAM(call_tells_keys_of_any_length_apart, way_gen_params),
	KUNIT_CASE_PARAM(call_with_every_byte_value, way_gen_params),
	KUNIT_CASE_PARAM(call_without_ret, fixture_each_class),
	KUNIT_CASE_PARAM(refused_call_leaves_ret_alone, fixture_each_class),
	KUNIT_CASE_PARAM(call_n_reads_no_byte_too_many, fixture_each_class),
	KUNIT_CASE_PARAM(call_n_with_nul_inside, fixture_each_class),
	KUNIT_CASE_PARAM(call_n_with_huge_length, fixture_each_class),
	KUNIT_CASE_PARAM(prepared_key_serves_every_table, fixture_each_class),
	KUNIT_CASE(key_init_refuses_what_is_no_key),
	KUNIT_CASE_PARAM(handle_is_the_same_each_time, fixture_each_class),
	KUNIT_CASE_PARAM(call_from_inside_a_handler, fixture_each_class),
	{}
};

static struct kunit_suite dispatch_suite = {
	.name = "hdt_dispatch",
	.init = fixture_init,
	.test_cases = dispatch_cases,
};

kunit_test_suite(dispatch_suite);
