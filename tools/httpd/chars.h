/* SPDX-License-Identifier: GPL-2.0-only */
/* Classes of characters of RFC 9110 and 3986, by a table. */
#ifndef HTTPD_CHARS_H
#define HTTPD_CHARS_H

#include <linux/types.h>

#define HTTP_C_TOKEN	0x1	/* of a method, a field name */
#define HTTP_C_TARGET	0x2	/* of a request target: visible, no # " < > \ ^ ` { | } */
#define HTTP_C_VALUE	0x4	/* of a field value: no control character but tab */
#define HTTP_C_HOST	0x8	/* of a host and port */

extern const u8 http_chars[256];

static inline bool http_char_is(char c, u8 class)
{
	return http_chars[(u8)c] & class;
}

/* Are all of @len bytes of a class? */
static inline bool http_chars_are(const char *p, size_t len, u8 class)
{
	u8 all = class;

	for (; len; len--)
		all &= http_chars[(u8)*p++];
	return all;
}

/* 0 to 15, or -1. */
static inline int http_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif /* HTTPD_CHARS_H */
