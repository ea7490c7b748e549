/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One request and its response, without a socket: bytes in, bytes out. What
 * waits, sends and closes is conn.c; what finds and calls the handler is behind
 * http_dispatch().
 */
#ifndef HTTPD_EXCHANGE_H
#define HTTPD_EXCHANGE_H

#include "chunked.h"
#include "parse.h"
#include "response.h"

/* More outcomes of http_exchange_feed(), after HTTP_MORE and HTTP_DONE. */
#define HTTP_CONTINUE	2	/* the client waits for a "100 Continue" */

enum http_phase {
	HTTP_PHASE_IDLE,	/* nothing of a request is there */
	HTTP_PHASE_HEAD,
	HTTP_PHASE_BODY,
	HTTP_PHASE_WHOLE,
};

struct http_exchange {
	struct http_request req;
	struct http_response resp;
	struct http_parser parser;
	struct http_chunked chunked;
	enum http_phase phase;
	size_t want;		/* bytes that the message has at least, as far as known */
	size_t consumed;	/* bytes that it had */
	bool keep_alive;
	int status;		/* of the response */
	size_t head_len;
	char head[HTTP_HEAD_SIZE];
};

void http_exchange_init(struct http_exchange *x, const struct http_limits *limits);
void http_exchange_free(struct http_exchange *x);

/* For the next request. */
void http_exchange_reset(struct http_exchange *x);

/*
 * The message, so far, is @len bytes at @buf; it is changed in place. Returns
 * HTTP_MORE, HTTP_DONE, HTTP_CONTINUE or -STATUS.
 */
int http_exchange_feed(struct http_exchange *x, char *buf, size_t len);

/* Of @len bytes, drop those that nobody needs any more: what is left. */
size_t http_exchange_compact(struct http_exchange *x, char *buf, size_t len);

/* What is dispatched gets @arg; see http_dispatch(). */
void http_exchange_answer(struct http_exchange *x, void *arg, const char *date);

/* Answer without a handler. The connection ends with it: who knows what follows. */
void http_exchange_refuse(struct http_exchange *x, int status, const char *date);

/* Bytes of the response's body that are to be sent. */
size_t http_exchange_body(const struct http_exchange *x);

/*
 * Elsewhere: find the handler and run it. Returns a status, and in @allow the
 * methods of the path if that is 405.
 */
int http_dispatch(struct http_exchange *x, void *arg, unsigned int *allow);

/* Elsewhere: 0, or the status that http_dispatch() would give without a handler. */
int http_dispatch_probe(struct http_exchange *x, void *arg);

#endif /* HTTPD_EXCHANGE_H */
