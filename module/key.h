/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys: their hash, and how two compare. */
#ifndef HDT_KEY_H
#define HDT_KEY_H

#include <hdt/types.h>

#include "compat.h"

struct hdt_fault;

u64 hdt_hash(const void *bytes, size_t len);
/* Why @bytes is no key at all: the refusal's errno. */
int hdt_key_refuse(const char *bytes, size_t len, struct hdt_fault *fault);

/* A length that a key has: 1 to HDT_KEY_MAX. */
static __always_inline bool hdt_key_len_ok(size_t len)
{
	return len - 1 < HDT_KEY_MAX;
}

/* Keys compare in whole words; the last ones overlap. */
static __always_inline bool hdt_key_equal(const char *a, const char *b, size_t len)
{
	if (len >= 8) {
		const char *a_last = a + len - 8, *b_last = b + len - 8;

		for (; a < a_last; a += 8, b += 8)
			if (get_unaligned((const u64 *)a) != get_unaligned((const u64 *)b))
				return false;
		return get_unaligned((const u64 *)a_last) == get_unaligned((const u64 *)b_last);
	}
	if (len >= 4)
		return get_unaligned((const u32 *)a) == get_unaligned((const u32 *)b) &&
		       get_unaligned((const u32 *)(a + len - 4)) ==
		       get_unaligned((const u32 *)(b + len - 4));
	while (len--)
		if (*a++ != *b++)
			return false;
	return true;
}

#endif /* HDT_KEY_H */
