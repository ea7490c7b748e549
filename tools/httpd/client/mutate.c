// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "client.h"

/* What a change puts in: bytes that mean something. */
static const char * const words[] = {
	"\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", "%", "%2f", "%00", "../", "//", "/", "?", "#", "*",
	"0", "00", "ffffffff", "-1", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "HTTP/1.0",
	"Connection: close\r\n", "Expect: 100-continue\r\n", "Host: x\r\n", "\r\n0\r\n\r\n", ";a=b", "GET ",
	"HEAD ", "\377", "http://", "@",
};

static size_t remove_bytes(char *bytes, size_t len, size_t at, size_t n)
{
	n = n < len - at ? n : len - at;
	memmove(bytes + at, bytes + at + n, len - at - n);
	return len - n;
}

static size_t insert_bytes(char *bytes, size_t len, size_t at, const char *what, size_t n)
{
	memmove(bytes + at + n, bytes + at, len - at);
	memmove(bytes + at, what, n);
	return len + n;
}

/* One change; grows by 64 bytes at most. */
static size_t change(char *bytes, size_t len, unsigned long *random)
{
	size_t at = len ? next_random(random) % len : 0, from;
	const char *word;
	char copy[32];

	switch (next_random(random) % 6) {
	case 0:
		if (len)
			bytes[at] ^= 1 << next_random(random) % 8;
		return len;
	case 1:
		if (len)
			bytes[at] = next_random(random);
		return len;
	case 2:
		return len ? remove_bytes(bytes, len, at, 1 + next_random(random) % 8) : 0;
	case 3:
		return next_random(random) % 4 ? len : at;
	case 4:
		from = len ? next_random(random) % len : 0;
		from = len - from > sizeof(copy) ? from : 0;
		if (len < sizeof(copy))
			return len;
		memcpy(copy, bytes + from, sizeof(copy));
		return insert_bytes(bytes, len, at, copy, 1 + next_random(random) % sizeof(copy));
	default:
		word = words[next_random(random) % (sizeof(words) / sizeof(words[0]))];
		return insert_bytes(bytes, len, at, word, strlen(word));
	}
}

size_t mutate(char *bytes, size_t len, unsigned long *random)
{
	size_t room = 2 * len + 64;
	unsigned int changes = 1 + next_random(random) % 5;

	while (changes-- && len + 64 <= room)
		len = change(bytes, len, random);
	return len;
}
