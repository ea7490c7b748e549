/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the server's pure half needs of the kernel, for user space: every header
 * that it includes leads here.
 */
#ifndef SHIM_TYPES_H
#define SHIM_TYPES_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t time64_t;

#define U64_MAX UINT64_MAX
#define BIT(n) (1U << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define __maybe_unused __attribute__((unused))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define min(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a < __b ? __a : __b; })
#define max(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a : __b; })
#define min_t(type, a, b) min((type)(a), (type)(b))

#define GFP_KERNEL 0
#define kvmalloc(size, gfp) malloc(size)
#define kvcalloc(n, size, gfp) calloc(n, size)
#define kzalloc(size, gfp) calloc(1, size)
#define kvfree(p) free(p)
#define kfree(p) free(p)

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	unsigned long p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

static inline __printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return size && n >= (int)size ? (int)size - 1 : n;
}

static inline void time64_to_tm(time64_t seconds, int offset, struct tm *tm)
{
	time_t t = seconds + offset;

	gmtime_r(&t, tm);
}

#endif /* SHIM_TYPES_H */
