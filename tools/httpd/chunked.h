/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chunked body, as it comes in, made into one piece in the buffer that it came
 * into. Extensions and trailers are checked, counted and forgotten.
 */
#ifndef HTTPD_CHUNKED_H
#define HTTPD_CHUNKED_H

#include "parse.h"

struct http_chunked {
	const struct http_limits *limits;
	size_t in;		/* where to read on */
	size_t out;		/* where the body ends so far */
	size_t body;		/* its length so far, that of an open chunk included */
	size_t extra;		/* bytes of extensions and trailers */
	u64 left;		/* of the chunk */
	unsigned int digits;
	u8 state;
};

/* The body begins at @start of the message. */
void http_chunked_init(struct http_chunked *chunked, const struct http_limits *limits,
		       size_t start);

/*
 * The message is @len bytes at @buf. HTTP_DONE: the body ends at chunked->out,
 * the message at chunked->in.
 */
int http_dechunk(struct http_chunked *chunked, char *buf, size_t len);

/* Close the gap between what was decoded and what was not read: the new length. */
size_t http_chunked_compact(struct http_chunked *chunked, char *buf, size_t len);

#endif /* HTTPD_CHUNKED_H */
