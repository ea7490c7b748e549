// SPDX-License-Identifier: GPL-2.0-only
/* A signature's hash is one constant, and is about types and nothing else. */
#include <hdt/hdt.h>

struct point;

HDT_SIGNATURE(base, int, struct point *, p, size_t, size, const char *, text)
HDT_SIGNATURE(renamed, int, struct point *, q, size_t, n, const char *, name)
HDT_SIGNATURE(respelt, signed int, struct point*, p, unsigned long, size, char const *, text)

HDT_SIGNATURE(reordered, int, size_t, size, struct point *, p, const char *, text)
HDT_SIGNATURE(fewer, int, struct point *, p, size_t, size)
HDT_SIGNATURE(more, int, struct point *, p, size_t, size, const char *, text, int, n)
HDT_SIGNATURE(not_const, int, struct point *, p, size_t, size, char *, text)
HDT_SIGNATURE(narrower, int, struct point *, p, unsigned int, size, const char *, text)
HDT_SIGNATURE(returns_long, long, struct point *, p, size_t, size, const char *, text)
HDT_SIGNATURE(const_point, int, const struct point *, p, size_t, size, const char *, text)
HDT_SIGNATURE_VOID(returns_nothing, struct point *, p, size_t, size, const char *, text)

HDT_SIGNATURE(u64_a, u64, u64, n)
HDT_SIGNATURE(u64_b, unsigned long long, unsigned long long, n)
HDT_SIGNATURE(u64_c, unsigned long, unsigned long, n)

void checks(void)
{
	BUILD_BUG_ON(!base_hash());

	BUILD_BUG_ON(base_hash() != renamed_hash());
	BUILD_BUG_ON(base_hash() != respelt_hash());
	BUILD_BUG_ON(u64_a_hash() != u64_b_hash());

	BUILD_BUG_ON(base_hash() == reordered_hash());
	BUILD_BUG_ON(base_hash() == fewer_hash());
	BUILD_BUG_ON(base_hash() == more_hash());
	BUILD_BUG_ON(base_hash() == not_const_hash());
	BUILD_BUG_ON(base_hash() == narrower_hash());
	BUILD_BUG_ON(base_hash() == returns_long_hash());
	BUILD_BUG_ON(base_hash() == const_point_hash());
	BUILD_BUG_ON(base_hash() == returns_nothing_hash());
	/* as in C: two types, though of one size */
	BUILD_BUG_ON(u64_a_hash() == u64_c_hash());
}
