// SPDX-License-Identifier: GPL-2.0-only
/* A module with two routes, and all that it takes. */
#include "hdt_http.h"

static int hello(void *ctx, struct http_request *req, struct http_response *resp)
{
	return http_puts(resp, "Hello, world!\n");
}

static int hello_name(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct http_slice name = http_param(req, "name");

	return http_printf(resp, "Hello, %.*s!\n", HTTP_SLICE(name));
}

static const struct hdt_handler routes[] = {
	HDT_HANDLER(http_route, "GET:/hello", hello),
	HDT_HANDLER(http_route, "GET:/hello/:name", hello_name),
};
module_hdt_handlers(HTTP_TABLE, routes);

MODULE_DESCRIPTION("hdt sample: routes of the HTTP server");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
