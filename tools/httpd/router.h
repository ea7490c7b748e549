/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From method and path to the pattern that they match: a tree of segments. It is
 * made of a set of keys, METHOD:PATTERN, never changes, and knows of handlers
 * only their keys.
 */
#ifndef HTTPD_ROUTER_H
#define HTTPD_ROUTER_H

#include "http.h"

#define HTTP_SEGMENTS_MAX	32	/* of a path; what goes beyond only a tail matches */

struct http_router;

/* What a path leads to. */
struct http_match {
	int route;		/* number of its key, or -1 */
	unsigned int allow;	/* if none: methods that the path has, bit by bit */
};

/*
 * Keys that are no routes, and all but one of several that match the same, are
 * left out, each with a call of @complain. They are copied.
 */
struct http_router *http_router_build(const struct http_slice *keys, unsigned int nr,
				      void (*complain)(struct http_slice key, const char *why));
void http_router_free(struct http_router *router);

/* Fills in req->param, whose names are slices of the router's own memory. */
struct http_match http_router_match(const struct http_router *router,
				    struct http_request *req);

/* The router's copy of key number @route, which ends with a NUL. */
struct http_slice http_router_key(const struct http_router *router, unsigned int route);

/* "GET, HEAD" */
int http_allow_text(char *buf, size_t size, unsigned int allow);

#endif /* HTTPD_ROUTER_H */
