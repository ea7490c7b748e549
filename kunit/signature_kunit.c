// SPDX-License-Identifier: GPL-2.0-only
/* What makes two signatures one, and that both ways to hash them agree. */
#include "fixture.h"

struct blob {
	int x;
};

typedef struct blob *blob_ptr;
typedef int whole;

/* Named after the generated code's own words, to be shadowed. */
HDT_SIGNATURE(shadow_a, int, int, key, int, table, int, ret, int, err, int, hash, int, frame)
HDT_SIGNATURE(shadow_b, int, int, desc, int, ctx, int, name, int, h, int, fn, int, handle)
HDT_SIGNATURE(shadow_c, int, int, bytes, int, len, int, val, int, sig, int, opts, int, version)
HDT_SIGNATURE_VOID(shadow_d, int, entry, int, slot, int, tag, int, meta, int, i, int, p)

HDT_SIGNATURE(none, int)
HDT_SIGNATURE_VOID(nothing)
HDT_SIGNATURE(base, int, int, a, long, b)
HDT_SIGNATURE(renamed, int, int, x, long, y)
HDT_SIGNATURE(swapped, int, long, a, int, b)
HDT_SIGNATURE(fewer, int, int, a)
HDT_SIGNATURE(more, int, int, a, long, b, int, c)
HDT_SIGNATURE(returns_long, long, int, a, long, b)
HDT_SIGNATURE_VOID(returns_nothing, int, a, long, b)

HDT_SIGNATURE(takes_size_t, int, size_t, n)
HDT_SIGNATURE(takes_ulong, int, unsigned long, n)
HDT_SIGNATURE(takes_u64, int, u64, n)
HDT_SIGNATURE(takes_ull, int, unsigned long long, n)
HDT_SIGNATURE(takes_s64, int, s64, n)
HDT_SIGNATURE(takes_long, int, long, n)
HDT_SIGNATURE(takes_int, int, int, n)
HDT_SIGNATURE(takes_whole, int, whole, n)
HDT_SIGNATURE(takes_signed, int, signed, n)
HDT_SIGNATURE(takes_unsigned, int, unsigned, n)
HDT_SIGNATURE(takes_uint, int, unsigned int, n)
HDT_SIGNATURE(takes_u32, int, u32, n)
HDT_SIGNATURE(takes_short, int, short, n)
HDT_SIGNATURE(takes_short_int, int, short int, n)
HDT_SIGNATURE(takes_char, int, char, n)
HDT_SIGNATURE(takes_schar, int, signed char, n)
HDT_SIGNATURE(takes_uchar, int, unsigned char, n)
HDT_SIGNATURE(takes_u8, int, u8, n)
HDT_SIGNATURE(takes_bool, int, bool, n)

HDT_SIGNATURE(takes_int_ptr, int, int *, p)
HDT_SIGNATURE(takes_int_ptr_blanks, int, int  *, p)
HDT_SIGNATURE(takes_whole_ptr, int, whole *, p)
HDT_SIGNATURE(takes_const_int_ptr, int, const int *, p)
HDT_SIGNATURE(takes_int_const_ptr, int, int const *, p)
HDT_SIGNATURE(takes_int_ptr_ptr, int, int **, p)
HDT_SIGNATURE(takes_void_ptr, int, void *, p)
HDT_SIGNATURE(takes_const_void_ptr, int, const void *, p)
HDT_SIGNATURE(takes_char_ptr, int, char *, p)
HDT_SIGNATURE(takes_const_char_ptr, int, const char *, p)

HDT_SIGNATURE(takes_blob, int, struct blob, b)
HDT_SIGNATURE(takes_blob_ptr, int, struct blob *, b)
HDT_SIGNATURE(takes_blob_ptr_blanks, int, struct   blob*, b)
HDT_SIGNATURE(takes_const_blob_ptr, int, const struct blob *, b)
HDT_SIGNATURE(takes_blob_typedef, int, blob_ptr, b)
HDT_SIGNATURE(takes_pair_ptr, int, struct list_head *, b)

/* One of these is another one's spelling run on over a boundary. */
HDT_SIGNATURE(split_a, int, struct blob *, a, struct blob, b)
HDT_SIGNATURE(split_b, int, struct blob, a, struct blob *, b)

struct agreement {
	const char *name;
	const struct hdt_signature *sig;
	u64 (*hash)(void);
};

/* hash() folds in the caller and cannot be pointed to as it is. */
#define HASH_OF(NAME)								\
static u64 NAME##_folded(void)							\
{										\
	return NAME##_hash();							\
}

#define EACH_SHAPE(DO)									\
	DO(shadow_a) DO(shadow_b) DO(shadow_c) DO(shadow_d) DO(none) DO(nothing)	\
	DO(base) DO(renamed) DO(swapped) DO(fewer) DO(more) DO(returns_long)		\
	DO(returns_nothing) DO(takes_size_t) DO(takes_ulong) DO(takes_u64)		\
	DO(takes_ull) DO(takes_s64) DO(takes_long) DO(takes_int) DO(takes_whole)	\
	DO(takes_signed) DO(takes_unsigned) DO(takes_uint) DO(takes_u32)		\
	DO(takes_short) DO(takes_short_int)						\
	DO(takes_char) DO(takes_schar) DO(takes_uchar) DO(takes_u8) DO(takes_bool)	\
	DO(takes_int_ptr) DO(takes_int_ptr_blanks) DO(takes_whole_ptr)			\
	DO(takes_const_int_ptr) DO(takes_int_const_ptr) DO(takes_int_ptr_ptr)		\
	DO(takes_void_ptr) DO(takes_const_void_ptr) DO(takes_char_ptr)			\
	DO(takes_const_char_ptr) DO(takes_blob) DO(takes_blob_ptr)			\
	DO(takes_blob_ptr_blanks) DO(takes_const_blob_ptr) DO(takes_blob_typedef)	\
	DO(takes_pair_ptr) DO(split_a) DO(split_b)

EACH_SHAPE(HASH_OF)

#define AGREEMENT(NAME) { #NAME, &NAME##_sig, NAME##_folded },
static const struct agreement agreements[] = { EACH_SHAPE(AGREEMENT) };

KUNIT_ARRAY_PARAM_DESC(agreement, agreements, name);

/* The constant in the call path is the value that registration computes. */
static void folded_hash_is_the_computed_one(struct kunit *test)
{
	const struct agreement *agreement = test->param_value;

	KUNIT_EXPECT_EQ(test, hdt_signature_hash(agreement->sig), agreement->hash());
}

#define SAME(A, B)	{ #A " is " #B, A##_folded, B##_folded, true }
#define DIFFER(A, B)	{ #A " is not " #B, A##_folded, B##_folded, false }

struct comparison {
	const char *name;
	u64 (*a)(void);
	u64 (*b)(void);
	bool same;
};

static const struct comparison comparisons[] = {
	SAME(base, renamed),
	SAME(shadow_a, shadow_b),
	SAME(shadow_b, shadow_c),
	DIFFER(shadow_c, shadow_d),
	DIFFER(base, swapped),
	DIFFER(base, fewer),
	DIFFER(base, more),
	DIFFER(base, returns_long),
	DIFFER(base, returns_nothing),
	DIFFER(none, nothing),
	DIFFER(none, takes_int),
	SAME(takes_size_t, takes_ulong),
	SAME(takes_u64, takes_ull),
	DIFFER(takes_u64, takes_ulong),
	DIFFER(takes_u64, takes_s64),
	DIFFER(takes_s64, takes_long),
	DIFFER(takes_int, takes_long),
	SAME(takes_int, takes_whole),
	SAME(takes_int, takes_signed),
	DIFFER(takes_int, takes_unsigned),
	SAME(takes_unsigned, takes_uint),
	SAME(takes_uint, takes_u32),
	SAME(takes_short, takes_short_int),
	DIFFER(takes_short, takes_int),
	DIFFER(takes_char, takes_schar),
	DIFFER(takes_char, takes_uchar),
	DIFFER(takes_schar, takes_uchar),
	SAME(takes_uchar, takes_u8),
	DIFFER(takes_bool, takes_u8),
	DIFFER(takes_int, takes_int_ptr),
	SAME(takes_int_ptr, takes_int_ptr_blanks),
	SAME(takes_int_ptr, takes_whole_ptr),
	DIFFER(takes_int_ptr, takes_const_int_ptr),
	SAME(takes_const_int_ptr, takes_int_const_ptr),
	DIFFER(takes_int_ptr, takes_int_ptr_ptr),
	DIFFER(takes_int_ptr, takes_void_ptr),
	DIFFER(takes_void_ptr, takes_const_void_ptr),
	DIFFER(takes_void_ptr, takes_char_ptr),
	DIFFER(takes_char_ptr, takes_const_char_ptr),
	DIFFER(takes_blob, takes_blob_ptr),
	SAME(takes_blob_ptr, takes_blob_ptr_blanks),
	DIFFER(takes_blob_ptr, takes_const_blob_ptr),
	DIFFER(takes_blob_ptr, takes_blob_typedef),	/* known by its spelling */
	DIFFER(takes_blob_ptr, takes_pair_ptr),
	DIFFER(split_a, split_b),
};

KUNIT_ARRAY_PARAM_DESC(comparison, comparisons, name);

static void signatures_compare(struct kunit *test)
{
	const struct comparison *comparison = test->param_value;

	if (comparison->same)
		KUNIT_EXPECT_EQ(test, comparison->a(), comparison->b());
	else
		KUNIT_EXPECT_NE(test, comparison->a(), comparison->b());
}

/* Only what is SAME() is equal: no two by accident. */
static void different_signatures_have_different_hashes(struct kunit *test)
{
	int i, j, equal = 0, same = 0;

	for (i = 0; i < ARRAY_SIZE(agreements); i++)
		for (j = 0; j < i; j++)
			equal += agreements[i].hash() == agreements[j].hash();
	for (i = 0; i < ARRAY_SIZE(comparisons); i++)
		same += comparisons[i].same;
	/*
	 * Pairs that are not listed: one of the three shadows, one of unsigned by
	 * three names, one of pointer to int by three names, and four of int by
	 * three names together with "fewer".
	 */
	KUNIT_EXPECT_EQ(test, same + 7, equal);
}

static void text_of_a_signature(struct kunit *test)
{
	struct hdt_source *source;

	source = hdt_source_alloc(&base_sig, NULL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, source);
	KUNIT_EXPECT_STREQ(test, "int base(int a, long b)", source->text);
	kfree(source);
	source = hdt_source_alloc(&nothing_sig, NULL, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, source);
	KUNIT_EXPECT_STREQ(test, "void nothing(void)", source->text);
	kfree(source);
}

static int shadow_sum(void *ctx, int a, int b, int c, int d, int e, int f)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}

static void parameters_that_shadow_macro_locals(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);
	int ret = 0;

	KUNIT_ASSERT_EQ(test, 0, shadow_a_register(table, "a", shadow_sum, NULL));
	KUNIT_ASSERT_EQ(test, 0, shadow_b_register(table, "b", shadow_sum, NULL));
	KUNIT_ASSERT_EQ(test, 0, shadow_c_register(table, "c", shadow_sum, NULL));
	KUNIT_EXPECT_EQ(test, 0, shadow_a_call(table, "a", &ret, 1, 2, 3, 4, 5, 6));
	KUNIT_EXPECT_EQ(test, 91, ret);
	KUNIT_EXPECT_EQ(test, 0, shadow_b_call(table, "b", &ret, 6, 5, 4, 3, 2, 1));
	KUNIT_EXPECT_EQ(test, 56, ret);
	KUNIT_EXPECT_EQ(test, 0, shadow_c_call_n(table, "c", 1, &ret, 1, 0, 0, 0, 0, 1));
	KUNIT_EXPECT_EQ(test, 7, ret);
}

static int add_base(void *ctx, int a, long b)
{
	return a + b;
}

/* A signature is its types: provider and consumer may name it differently. */
static void call_by_another_name_of_the_signature(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	int ret = 0;

	KUNIT_ASSERT_EQ(test, 0, base_register(table, "key", add_base, NULL));
	KUNIT_EXPECT_EQ(test, 0, renamed_call(table, "key", &ret, 1, 2));
	KUNIT_EXPECT_EQ(test, 3, ret);
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, swapped_call(table, "key", &ret, 1, 2));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, fewer_call(table, "key", &ret, 1));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, returns_nothing_call(table, "key", 1, 2));
}

static struct kunit_case signature_cases[] = {
	KUNIT_CASE_PARAM(folded_hash_is_the_computed_one, agreement_gen_params),
	KUNIT_CASE_PARAM(signatures_compare, comparison_gen_params),
	KUNIT_CASE(different_signatures_have_different_hashes),
	KUNIT_CASE(text_of_a_signature),
	KUNIT_CASE(parameters_that_shadow_macro_locals),
	KUNIT_CASE_PARAM(call_by_another_name_of_the_signature, fixture_each_class),
	{}
};

static struct kunit_suite signature_suite = {
	.name = "hdt_signature",
	.init = fixture_init,
	.test_cases = signature_cases,
};

kunit_test_suite(signature_suite);
