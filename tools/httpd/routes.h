/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A router made of the keys of an hdt table, and made anew when they change. The
 * table is the truth: what the router finds is a key, and whether it has a
 * handler is decided by the dispatch.
 */
#ifndef HTTPD_ROUTES_H
#define HTTPD_ROUTES_H

#include <linux/kref.h>
#include <linux/mutex.h>

#include <hdt/hdt.h>

#include "router.h"

/* Never changes; who has a reference may read it. */
struct httpd_routes {
	struct kref ref;
	unsigned int changes;		/* of the table, when it was made */
	struct http_router *router;
	struct hdt_key *keys;		/* by route; their bytes are the router's */
};

struct httpd_source {
	struct hdt_table *table;
	struct mutex mutex;		/* one makes it anew; @latest */
	struct httpd_routes *latest;
};

int httpd_source_init(struct httpd_source *source, const char *table);
void httpd_source_destroy(struct httpd_source *source);

/*
 * Those of now: *@cached if it is, a reference to others in its place if not.
 * NULL if there is no memory for them.
 */
struct httpd_routes *httpd_routes_refresh(struct httpd_source *source,
					  struct httpd_routes **cached);
void httpd_routes_put(struct httpd_routes *routes);

#endif /* HTTPD_ROUTES_H */
