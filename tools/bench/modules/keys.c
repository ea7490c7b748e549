// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include "bench.h"

/* @at gets @digits digits of @number in base @base, 10 or 64. */
static void digits(char *at, u32 nr, u32 base, u32 number)
{
	static const char set[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

	while (nr--) {
		at[nr] = set[number % base];
		number /= base;
	}
}

/*
 * Key @i of @len bytes, all different, of the shape "GET:/api/u9f/0012345". A short
 * one is the number alone, a long one has more of a path in the middle.
 */
void bench_key_make(char *key, u32 len, u32 i)
{
	static const char middle[] = "/collection/of/resources/by/year";
	/* 7368787 is odd and no multiple of 5: all numbers below 10^7 differ */
	u32 number = (u64)i * 7368787 % 10000000;
	u32 at;

	if (len < 16) {
		digits(key, len, 64, (u64)i * 7368787 % (64 * 64 * 64 * 64));
	} else {
		memcpy(key, "GET:/api/", 9);
		for (at = 9; at < len - 7; at++)
			key[at] = middle[(at - 9) % (sizeof(middle) - 1)];
		if (len >= 20) {
			memcpy(key + len - 11, "u", 1);
			digits(key + len - 10, 2, 10, number % 97);
			key[len - 8] = '/';
		}
		digits(key + len - 7, 7, 10, number);
	}
	key[len] = 0;
}
