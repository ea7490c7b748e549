/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two more ways from a request to its handler, to compare hdt with, chosen by the
 * parameter "dispatch". Only the benchmark provides for them.
 *
 * boxed	the same router and the same kind of table, but the arguments are
 *		packed into a box that is allocated for each call, and the handler
 *		takes a void pointer
 * chain	patterns in an array, compared one after the other with the path, and
 *		a plain pointer to a function
 */
#ifndef HTTPD_COMPARE_H
#define HTTPD_COMPARE_H

#include "hdt_http.h"

#define HTTP_BOXED_TABLE "httpd_boxed"

HDT_SIGNATURE(http_boxed, int, void *, box)

struct http_box {
	struct http_request *req;
	struct http_response *resp;
};

struct http_chain_link {
	const char *key;
	http_route_fn fn;
	void *ctx;
};

/* One chain at a time; NULL takes it away, and waits until nobody uses it. */
int http_chain_set(const struct http_chain_link *links, unsigned int nr);

/* The value of the parameter "dispatch": 0 or -EINVAL. */
int http_compare_by(const char *way);

/*
 * A request from memory, again and again, without a socket, as far as @depth. The
 * differences are what the parts cost.
 */
enum http_replay_depth {
	HTTP_REPLAY_COPY,	/* into the receive buffer, as a socket would */
	HTTP_REPLAY_PARSE,
	HTTP_REPLAY_ROUTE,	/* the router alone; not for the chain */
	HTTP_REPLAY_CALL,	/* route, dispatch, handler */
	HTTP_REPLAY_ALL,	/* and the response's head */
	HTTP_REPLAY_DEPTHS,
};

struct http_replay;

struct http_replay *http_replay_alloc(void);
void http_replay_free(struct http_replay *replay);

/* @len bytes at most 1024. Returns the status, if that was asked for; or 0, or -errno. */
int http_replay(struct http_replay *replay, const char *bytes, size_t len,
		enum http_replay_depth depth);

#endif /* HTTPD_COMPARE_H */
