/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The head of a request, line by line as it comes in. Fields are slices of the
 * buffer that it came into. Strict where leniency lets two servers disagree
 * about where a request ends: lines end with CR LF, lengths are unambiguous.
 */
#ifndef HTTPD_PARSE_H
#define HTTPD_PARSE_H

#include "http.h"

#define HTTP_MORE	0	/* fine so far, but not all */
#define HTTP_DONE	1
				/* and -STATUS of what is wrong */

struct http_limits {
	size_t target_max;	/* 414 */
	size_t head_max;	/* 431; also of what a chunked body has besides data */
	size_t body_max;	/* 413 */
};

enum http_parser_state {
	HTTP_REQUEST_LINE,
	HTTP_FIELDS,
	HTTP_HEAD_DONE,
};

struct http_parser {
	struct http_request *req;
	const struct http_limits *limits;
	const char *base;	/* where the buffer was the last time */
	size_t pos;		/* of the line that is not complete yet */
	size_t seen;		/* bytes that were looked at for its end */
	enum http_parser_state state;
	unsigned int blanks;	/* empty lines before the request */
	bool unknown_method;
	bool absolute;		/* the target names the host */
	bool has_host;
	bool has_length;
	bool chunked;		/* Transfer-Encoding: chunked */
	bool coded;		/* there was a Transfer-Encoding */
	bool close;		/* Connection: close */
	bool keep_alive;	/* Connection: keep-alive */
	bool expects;		/* Expect: 100-continue */
	u64 length;		/* Content-Length */
};

void http_parser_init(struct http_parser *parser, struct http_request *req,
		      const struct http_limits *limits);

/*
 * The message is @len bytes at @buf; more than at the last call, and elsewhere
 * if the buffer has moved. HTTP_DONE: parser->pos is where its head ends.
 */
int http_parse(struct http_parser *parser, char *buf, size_t len);

/* The buffer has moved to @buf, and with it all slices. */
void http_parser_move(struct http_parser *parser, const char *buf);

/* target.c: the request target, decoded and normalised in place. */
int http_parse_target(struct http_parser *parser, char *target, size_t len);
int http_normalise(char *path, size_t len);

extern const char * const http_methods[HTTP_NR_METHODS];

#endif /* HTTPD_PARSE_H */
