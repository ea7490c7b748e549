// SPDX-License-Identifier: GPL-2.0-only
/* What the refused snippets do wrong, done right: proves that they fail for their own reason. */
#include "../shared.h"

struct hdt_table *table;

static int serve(void *ctx, struct request *req, unsigned int code)
{
	return 0;
}

static int show(void *ctx, struct response *resp)
{
	return 0;
}

static void tick(void *ctx, int n)
{
}

static void release(void *ctx)
{
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER(route, "GET:/", serve),
	HDT_HANDLER_OPTS(other, "show", show, NULL, .mode = HDT_ONCE, .stack_bytes = 512),
	HDT_HANDLER_OPTS(notify, "tick", tick, NULL, .release = release),
};

HDT_CALL_SITE(route, home, "GET:/");
HDT_CALL_SITE(notify, tick, "tick");

static int calls(struct request *req, struct response *resp)
{
	route_handle handle = route_get(table, "GET:/");
	int ret, err = hdt_handle_err(handle);

	err = err ?: route_call_handle(table, handle, &ret, req, 1);
	err = err ?: route_call_handle(table, handle, NULL, req, 1);
	err = err ?: route_call(table, "GET:/", &ret, req, 1);
	err = err ?: route_call_n(table, "GET:/ HTTP", 5, &ret, req, 1);
	err = err ?: other_call(table, "show", &ret, resp);
	err = err ?: hdt_call_site(route, home, table, &ret, req, 1);
	err = err ?: hdt_call_site(notify, tick, table, 1);
	return err ?: notify_call(table, "tick", 1);
}

static int changes(void)
{
	int err = hdt_register_all(table, handlers);

	err = err ?: route_register(table, "GET:/a", serve, NULL);
	err = err ?: route_register_opts(table, "GET:/b", serve, NULL, &(struct hdt_opts){ });
	err = err ?: route_replace(table, "GET:/a", 0, serve, NULL);
	err = err ?: hdt_unregister(table, "GET:/a");
	return err ?: hdt_unregister_all(table, THIS_MODULE);
}

static int __init control_init(void)
{
	struct hdt_table_opts opts = { .sleepable = true };

	table = hdt_table_create("control", &opts);
	return PTR_ERR_OR_ZERO(table) ?: changes() ?: calls(NULL, NULL);
}
module_init(control_init);

static void __exit control_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(control_exit);

MODULE_DESCRIPTION("hdt: a module that does everything right");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
