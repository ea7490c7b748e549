/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the server and modules with routes share.
 *
 * A route is a handler in the hdt table "httpd", under METHOD:PATTERN. A
 * pattern's segments are literal, ":name" for exactly one segment, or, as the
 * last, "*name" for all that follow:
 *
 *	GET:/api/user/:id	GET:/static/ *path (without the blank)
 *
 * Of the patterns that a path matches, the one that is literal for longer
 * wins. The handler may sleep. It returns the status, as in "return 200", 0 for
 * 200, or -errno, which becomes a status as well.
 */
#ifndef HTTPD_HDT_HTTP_H
#define HTTPD_HDT_HTTP_H

#include <hdt/hdt.h>

#include "http.h"

#define HTTP_TABLE "httpd"

HDT_SIGNATURE(http_route, int, struct http_request *, req, struct http_response *, resp)

#endif /* HTTPD_HDT_HTTP_H */
