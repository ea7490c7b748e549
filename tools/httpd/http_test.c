// SPDX-License-Identifier: GPL-2.0-only
/* Routes for tests: what a handler can do, well or badly. */
#include <linux/delay.h>

#include "hdt_http.h"

static unsigned int number(struct http_slice text)
{
	char digits[11] = "";
	unsigned int n = 0;

	memcpy(digits, text.ptr, min_t(size_t, text.len, sizeof(digits) - 1));
	return kstrtouint(digits, 10, &n) ? 0 : n;
}

/* All that reached us, in one line each. */
static int show(void *ctx, struct http_request *req, struct http_response *resp)
{
	unsigned int i;

	http_printf(resp, "path=%.*s\n", HTTP_SLICE(req->path));
	http_printf(resp, "query=%.*s\n", HTTP_SLICE(req->query));
	http_printf(resp, "host=%.*s\n", HTTP_SLICE(req->host));
	for (i = 0; i < req->nr_params; i++)
		http_printf(resp, "%.*s=%.*s\n", HTTP_SLICE(req->param[i].name),
			    HTTP_SLICE(req->param[i].value));
	http_printf(resp, "route=%s\n", (char *)ctx);
	return 0;
}

static int echo(void *ctx, struct http_request *req, struct http_response *resp)
{
	return http_write(resp, req->body.ptr, req->body.len);
}

static int big(void *ctx, struct http_request *req, struct http_response *resp)
{
	unsigned int left = number(http_param(req, "bytes"));
	char line[64];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	while (left && !resp->err) {
		unsigned int n = min_t(unsigned int, left, sizeof(line));

		http_write(resp, line, n);
		left -= n;
	}
	return 0;
}

static int slow(void *ctx, struct http_request *req, struct http_response *resp)
{
	msleep(number(http_param(req, "ms")));
	return http_puts(resp, "slept\n");
}

static int status(void *ctx, struct http_request *req, struct http_response *resp)
{
	return number(http_param(req, "code"));
}

static int field(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct http_slice value = http_field(req, "x-test");

	http_header(resp, "X-Answer", "here");
	http_header(resp, "Content-Type", "text/x-test");
	return http_printf(resp, "%.*s\n", HTTP_SLICE(value));
}

/* A handler that would let a client write the rest of the head is stopped. */
static int split(void *ctx, struct http_request *req, struct http_response *resp)
{
	http_puts(resp, "not to be sent");
	http_header(resp, "X-Split", "a\r\nX-More: b");
	return 200;
}

static int fail(void *ctx, struct http_request *req, struct http_response *resp)
{
	http_puts(resp, "it failed\n");
	return -EIO;
}

static int version_a(void *ctx, struct http_request *req, struct http_response *resp)
{
	return http_puts(resp, "version a\n");
}

static int version_b(void *ctx, struct http_request *req, struct http_response *resp)
{
	return http_puts(resp, "version b\n");
}

#define SHOW(pattern) HDT_HANDLER_OPTS(http_route, pattern, show, pattern)

static const struct hdt_handler routes[] = {
	SHOW("GET:/"),
	SHOW("GET:/test/one/:a"),
	SHOW("GET:/test/one/fixed"),
	SHOW("GET:/test/one/:a/two/:b"),
	SHOW("GET:/test/one/fixed/three"),
	SHOW("GET:/test/tail/*rest"),
	SHOW("GET:/test/tail/fixed/:c"),
	SHOW("DELETE:/test/one/:a"),
	SHOW("POST:/test/only-post"),
	HDT_HANDLER(http_route, "POST:/test/echo", echo),
	HDT_HANDLER(http_route, "PUT:/test/echo", echo),
	HDT_HANDLER(http_route, "PATCH:/test/echo", echo),
	HDT_HANDLER(http_route, "GET:/test/big/:bytes", big),
	HDT_HANDLER(http_route, "GET:/test/sleep/:ms", slow),
	HDT_HANDLER(http_route, "GET:/test/status/:code", status),
	HDT_HANDLER(http_route, "GET:/test/field", field),
	HDT_HANDLER(http_route, "GET:/test/split", split),
	HDT_HANDLER(http_route, "GET:/test/fail", fail),
	HDT_HANDLER(http_route, "GET:/test/version", version_a),
};

static struct hdt_table *table;

/* Written to: a or b takes over; the other may be in the middle of a call. */
static int version_set(const char *val, const struct kernel_param *kp)
{
	http_route_fn fn = *val == 'b' ? version_b : version_a;

	return http_route_replace(table, "GET:/test/version", 0, fn, NULL);
}

static const struct kernel_param_ops version_ops = { .set = version_set };
module_param_cb(version, &version_ops, NULL, 0200);
MODULE_PARM_DESC(version, "which handler answers /test/version: a or b");

static int __init test_init(void)
{
	int err;

	table = hdt_table_get(HTTP_TABLE);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = hdt_register_all(table, routes);
	if (err)
		hdt_table_put(table);
	return err;
}
module_init(test_init);

static void __exit test_exit(void)
{
	hdt_unregister_all(table, THIS_MODULE);
	hdt_table_put(table);
}
module_exit(test_exit);

MODULE_DESCRIPTION("hdt: routes that test the HTTP server");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
