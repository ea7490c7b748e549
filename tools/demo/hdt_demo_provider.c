// SPDX-License-Identifier: GPL-2.0-only
/* Only provides: six handlers of five signatures. */
#include <linux/ktime.h>

#include "hdt_demo.h"

static const char index_text[] = "hello from the handler dispatch table";
static const char about_text[] = "one function, two keys: ctx makes the difference";

static int page(void *ctx, const struct demo_request *req, struct demo_reply *reply)
{
	const char *text = ctx;

	reply->len = scnprintf(reply->text, sizeof(reply->text), "%.*s: %s", (int)req->len,
			       req->line, text);
	return 200;
}

static int add(void *ctx, int a, int b)
{
	return a + b;
}

static long volume(void *ctx, int x0, int y0, int z0, int x1, int y1, int z1)
{
	return (long)(x1 - x0) * (y1 - y0) * (z1 - z0);
}

static void account(void *ctx, struct demo_account *account, u32 bytes)
{
	account->packets++;
	account->bytes += bytes;
}

static u64 now(void *ctx)
{
	return ktime_get_ns();
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(demo_route, "GET:/", page, (void *)index_text),
	HDT_HANDLER_OPTS(demo_route, "GET:/about", page, (void *)about_text),
	HDT_HANDLER(demo_add, "add", add),
	HDT_HANDLER(demo_volume, "volume", volume),
	HDT_HANDLER(demo_account, "account", account),
	HDT_HANDLER(demo_clock, "clock", now),
};
module_hdt_handlers(DEMO_TABLE, handlers);

MODULE_DESCRIPTION("hdt demo: provider");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
