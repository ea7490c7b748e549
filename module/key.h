/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys: their hash, and how two compare. */
#ifndef HDT_KEY_H
#define HDT_KEY_H

#include <linux/bitops.h>

#include <hdt/dispatch.h>

#include "compat.h"

struct hdt_fault;

/* Why @bytes is no key at all: the refusal's errno. */
int hdt_key_refuse(const char *bytes, size_t len, struct hdt_fault *fault);

/* A length that a key has: 1 to HDT_KEY_MAX. */
static __always_inline bool hdt_key_len_ok(size_t len)
{
	return len - 1 < HDT_KEY_MAX;
}

/*
 * strlen(), a word at a time: the kernel's own goes byte by byte on x86, which
 * takes longer than the rest of a lookup. Aligned words do not cross into a page
 * that the string is not in; what they read beside it is not looked at.
 */
static __always_inline size_t hdt_key_strlen(const char *key)
{
#ifdef __LITTLE_ENDIAN
	const unsigned long *at = PTR_ALIGN_DOWN((const unsigned long *)key, sizeof(*at));
	const u64 ones = ~0ULL / 0xff, highs = ones << 7;
	u64 word, zero;

	word = READ_ONCE_NOCHECK(*at) | ((1ULL << ((unsigned long)key & 7) * 8) - 1);
	while (!(zero = (word - ones) & ~word & highs))
		word = READ_ONCE_NOCHECK(*++at);
	return (const char *)at + __ffs(zero) / 8 - key;
#else
	return strlen(key);
#endif
}

static __always_inline u64 hdt_word(const char *bytes)
{
	return get_unaligned((const u64 *)bytes);
}

/*
 * Keyed multiply-mix hash, 16 bytes a step: in the manner of wyhash, with a
 * per-boot key. It is not a PRF; only modules insert keys, so that nobody who
 * merely looks up can lengthen a probe, and probes are bounded in any case.
 *
 * The last 16 bytes do not wait for those before, so that a key of up to 32
 * bytes costs the time of one step. The last multiply spreads what the steps
 * leave uneven in the low bits; its high half is the better one, so it is
 * turned to where the bucket number is taken from.
 */
static __always_inline u64 hdt_hash(const char *bytes, size_t len)
{
	const u64 *k = hdt_secret.hash;
	const char *last = bytes + len;
	u64 sum = len, a, b;

	if (len >= 16) {
		a = hdt_word(last - 16);
		b = hdt_word(last - 8);
		for (; bytes + 16 < last; bytes += 16)
			sum = hdt_mum(hdt_word(bytes) ^ k[0], hdt_word(bytes + 8) ^ k[1] ^ sum);
	} else if (len >= 8) {
		a = hdt_word(bytes);
		b = hdt_word(last - 8);
	} else if (len >= 4) {
		a = get_unaligned((const u32 *)bytes);
		b = get_unaligned((const u32 *)(last - 4));
	} else {
		a = len ? (u8)bytes[0] | (u8)bytes[len / 2] << 8 | (u8)last[-1] << 16 : 0;
		b = 0;
	}
	return ror64((sum + hdt_mum(a ^ k[2], b ^ k[3])) * 0x9fb21c651e98df25ULL, 32);
}

/* Keys compare in whole words, 16 bytes a branch; the last ones overlap. */
static __always_inline bool hdt_key_equal(const char *a, const char *b, size_t len)
{
	const char *a_last = a + len, *b_last = b + len;
	u64 differs = 0;

	if (len >= 16) {
		for (; a + 16 < a_last; a += 16, b += 16)
			differs |= (hdt_word(a) ^ hdt_word(b)) |
				   (hdt_word(a + 8) ^ hdt_word(b + 8));
		return !(differs | (hdt_word(a_last - 16) ^ hdt_word(b_last - 16)) |
			 (hdt_word(a_last - 8) ^ hdt_word(b_last - 8)));
	}
	if (len >= 8)
		return !((hdt_word(a) ^ hdt_word(b)) |
			 (hdt_word(a_last - 8) ^ hdt_word(b_last - 8)));
	if (len >= 4)
		return get_unaligned((const u32 *)a) == get_unaligned((const u32 *)b) &&
		       get_unaligned((const u32 *)(a_last - 4)) ==
		       get_unaligned((const u32 *)(b_last - 4));
	while (a < a_last)
		if (*a++ != *b++)
			return false;
	return true;
}

#endif /* HDT_KEY_H */
