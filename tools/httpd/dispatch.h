/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a request to its handler, and what happens if there is none: through hdt,
 * or, to compare, in one of two other ways; see compare.h.
 */
#ifndef HTTPD_DISPATCH_H
#define HTTPD_DISPATCH_H

#include "exchange.h"
#include "routes.h"

/* Each who serves has one; argument of http_dispatch(). */
struct httpd_worker {
	struct httpd_routes *routes;	/* as of its last request */
	struct httpd_routes *boxed;
};

void httpd_worker_release(struct httpd_worker *worker);

int httpd_route(struct http_exchange *x, struct httpd_worker *worker);

int httpd_dispatch_init(void);
void httpd_dispatch_exit(void);

#endif /* HTTPD_DISPATCH_H */
