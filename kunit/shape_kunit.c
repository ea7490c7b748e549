// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of every shape: no to six parameters, nothing returned, structures by
 * value, pointers. Each is called in all four ways: they are generated apart.
 */
#include "fixture.h"

struct pair {
	long a, b;
};

struct block {
	u64 word[5];		/* too large for registers */
};

HDT_SIGNATURE(take0, long)
HDT_SIGNATURE(take1, long, u8, a)
HDT_SIGNATURE(take2, long, u8, a, s16, b)
HDT_SIGNATURE(take3, long, u8, a, s16, b, u32, c)
HDT_SIGNATURE(take4, long, u8, a, s16, b, u32, c, u64, d)
HDT_SIGNATURE(take5, long, u8, a, s16, b, u32, c, u64, d, const int *, e)
HDT_SIGNATURE(take6, long, u8, a, s16, b, u32, c, u64, d, const int *, e, bool, f)
HDT_SIGNATURE(small, u8, u8, x)
HDT_SIGNATURE(truth, bool, int, x)
HDT_SIGNATURE(find, const char *, const char *, text, char, what)
HDT_SIGNATURE(swap_pair, struct pair, struct pair, x)
HDT_SIGNATURE(turn_block, struct block, struct block, x, int, by)
HDT_SIGNATURE_VOID(bump)
HDT_SIGNATURE_VOID(store, int *, to, int, what)
HDT_SIGNATURE_VOID(sum6, long *, to, int, a, int, b, int, c, int, d, struct pair, e)

static long take0_fn_(void *ctx)
{
	return 7;
}

static long take1_fn_(void *ctx, u8 a)
{
	return a;
}

static long take2_fn_(void *ctx, u8 a, s16 b)
{
	return a + 10L * b;
}

static long take3_fn_(void *ctx, u8 a, s16 b, u32 c)
{
	return take2_fn_(ctx, a, b) + 100L * c;
}

static long take4_fn_(void *ctx, u8 a, s16 b, u32 c, u64 d)
{
	return take3_fn_(ctx, a, b, c) + 1000L * d;
}

static long take5_fn_(void *ctx, u8 a, s16 b, u32 c, u64 d, const int *e)
{
	return take4_fn_(ctx, a, b, c, d) + 10000L * *e;
}

static long take6_fn_(void *ctx, u8 a, s16 b, u32 c, u64 d, const int *e, bool f)
{
	return take5_fn_(ctx, a, b, c, d, e) + 100000L * f;
}

static u8 small_fn_(void *ctx, u8 x)
{
	return x + 1;
}

static bool truth_fn_(void *ctx, int x)
{
	return x > 0;
}

static const char *find_fn_(void *ctx, const char *text, char what)
{
	return strchr(text, what);
}

static struct pair swap_pair_fn_(void *ctx, struct pair x)
{
	return (struct pair){ .a = x.b, .b = x.a };
}

static struct block turn_block_fn_(void *ctx, struct block x, int by)
{
	struct block y;
	int i;

	for (i = 0; i < ARRAY_SIZE(y.word); i++)
		y.word[i] = x.word[(i + by) % ARRAY_SIZE(x.word)];
	return y;
}

static void bump_fn_(void *ctx)
{
	++*(int *)ctx;
}

static void store_fn_(void *ctx, int *to, int what)
{
	*to += what;
}

static void sum6_fn_(void *ctx, long *to, int a, int b, int c, int d, struct pair e)
{
	*to += a + b + c + d + e.a + e.b;
}

static const char text[] = "some text";
static const int nine = 9;
static int bumped;
static const struct pair pair = { .a = 1, .b = 2 }, swapped = { .a = 2, .b = 1 };
static const struct block block = { { 1, 2, 3, 4, 5 } }, turned = { { 3, 4, 5, 1, 2 } };

/* Register NAME_fn_ and count the ways in which a call of it gives @want. */
#define WAYS(NAME, type, want, ...)						\
static int NAME##_ways(struct hdt_table *table, const struct hdt_key *key)	\
{										\
	type wanted = want;							\
	type got[4] = {};							\
	int err = NAME##_register(table, key->bytes, NAME##_fn_, &bumped), ways = 0, i;	\
										\
	err = err ?: NAME##_call(table, key->bytes, &got[0], ##__VA_ARGS__);	\
	err = err ?: NAME##_call_n(table, key->bytes, key->len, &got[1], ##__VA_ARGS__);	\
	err = err ?: NAME##_call_key(table, key, &got[2], ##__VA_ARGS__);	\
	err = err ?: NAME##_call_handle(table, NAME##_get(table, key->bytes), &got[3],	\
					##__VA_ARGS__);				\
	for (i = 0; !err && i < ARRAY_SIZE(got); i++)				\
		ways += !memcmp(&got[i], &wanted, sizeof(wanted));		\
	return err ?: ways;							\
}

WAYS(take0, long, 7)
WAYS(take1, long, 1, 1)
WAYS(take2, long, -19, 1, -2)
WAYS(take3, long, 281, 1, -2, 3)
WAYS(take4, long, 4281, 1, -2, 3, 4)
WAYS(take5, long, 94281, 1, -2, 3, 4, &nine)
WAYS(take6, long, 194281, 1, -2, 3, 4, &nine, true)
WAYS(small, u8, 0, 255)
WAYS(truth, bool, true, 1)
WAYS(find, const char *, &text[5], text, 't')
WAYS(swap_pair, struct pair, swapped, pair)
WAYS(turn_block, struct block, turned, block, 2)

/* The same where nothing is returned: how often it ran is told by @count. */
#define VOID_WAYS(NAME, ...)							\
static int NAME##_ways(struct hdt_table *table, const struct hdt_key *key)	\
{										\
	int err = NAME##_register(table, key->bytes, NAME##_fn_, &bumped);	\
										\
	err = err ?: NAME##_call(table, key->bytes, ##__VA_ARGS__);		\
	err = err ?: NAME##_call_n(table, key->bytes, key->len, ##__VA_ARGS__);	\
	err = err ?: NAME##_call_key(table, key, ##__VA_ARGS__);		\
	err = err ?: NAME##_call_handle(table, NAME##_get(table, key->bytes),	\
					##__VA_ARGS__);				\
	return err;								\
}

static int stored;
static long summed;

VOID_WAYS(bump)
VOID_WAYS(store, &stored, 25)
VOID_WAYS(sum6, &summed, 1, 2, 3, 4, ((struct pair){ .a = 5, .b = 10 }))

struct shape {
	const char *name;
	int (*ways)(struct hdt_table *table, const struct hdt_key *key);
};

#define SHAPE(NAME) { #NAME, NAME##_ways }

static const struct shape shapes[] = {
	SHAPE(take0), SHAPE(take1), SHAPE(take2), SHAPE(take3), SHAPE(take4), SHAPE(take5),
	SHAPE(take6), SHAPE(small), SHAPE(truth), SHAPE(find), SHAPE(swap_pair), SHAPE(turn_block),
};

KUNIT_ARRAY_PARAM_DESC(shape, shapes, name);

static int ways(struct hdt_table *table, const struct shape *shape)
{
	struct hdt_key key;

	return hdt_key_init(&key, "key", 3) ?: shape->ways(table, &key);
}

static void every_way_returns_the_value(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 4, ways(fixture_table(test, NULL), test->param_value));
	KUNIT_EXPECT_EQ(test, 4, ways(fixture_sleepable_table(test), test->param_value));
}

static void every_way_without_parameters_or_value(struct kunit *test)
{
	struct shape shape = { .ways = bump_ways };

	bumped = 0;
	KUNIT_EXPECT_EQ(test, 0, ways(fixture_class_table(test), &shape));
	KUNIT_EXPECT_EQ(test, 4, bumped);
}

static void every_way_without_value(struct kunit *test)
{
	struct shape shape = { .ways = store_ways };

	stored = 0;
	KUNIT_EXPECT_EQ(test, 0, ways(fixture_class_table(test), &shape));
	KUNIT_EXPECT_EQ(test, 100, stored);
}

static void every_way_with_six_parameters_and_no_value(struct kunit *test)
{
	struct shape shape = { .ways = sum6_ways };

	summed = 0;
	KUNIT_EXPECT_EQ(test, 0, ways(fixture_class_table(test), &shape));
	KUNIT_EXPECT_EQ(test, 100, summed);
}

static void arguments_are_evaluated_once(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	long x = 1, ret = 0;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_call(table, "key", &ret, x++));
	KUNIT_EXPECT_EQ(test, 2, ret);
	KUNIT_EXPECT_EQ(test, 2, x);
}

static struct kunit_case shape_cases[] = {
	KUNIT_CASE_PARAM(every_way_returns_the_value, shape_gen_params),
	KUNIT_CASE_PARAM(every_way_without_parameters_or_value, fixture_each_class),
	KUNIT_CASE_PARAM(every_way_without_value, fixture_each_class),
	KUNIT_CASE_PARAM(every_way_with_six_parameters_and_no_value, fixture_each_class),
	KUNIT_CASE_PARAM(arguments_are_evaluated_once, fixture_each_class),
	{}
};

static struct kunit_suite shape_suite = {
	.name = "hdt_shape",
	.init = fixture_init,
	.test_cases = shape_cases,
};

kunit_test_suite(shape_suite);
