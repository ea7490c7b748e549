// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/srcu.h>
#include <linux/sysfs.h>

#include "chain.h"
#include "compare.h"
#include "dispatch.h"

/* What went while a request was on its way to it is looked for again. */
#define LOOKS	3

static struct httpd_source source, boxed_source;

enum way { WAY_HDT, WAY_BOXED, WAY_CHAIN };

static const char * const ways[] = { "hdt", "boxed", "chain" };
static unsigned int way;

int http_compare_by(const char *val)
{
	int i = __sysfs_match_string(ways, ARRAY_SIZE(ways), val);

	if (i < 0)
		return i;
	WRITE_ONCE(way, i);
	return 0;
}
EXPORT_SYMBOL_GPL(http_compare_by);

static int way_set(const char *val, const struct kernel_param *kp)
{
	return http_compare_by(val);
}

static int way_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", ways[READ_ONCE(way)]);
}

static const struct kernel_param_ops way_ops = { .set = way_set, .get = way_get };

module_param_cb(dispatch, &way_ops, NULL, 0644);
MODULE_PARM_DESC(dispatch, "hdt (default), or to compare: boxed, chain");

/* The status that a handler's value stands for. */
static int status_of(int ret)
{
	switch (ret) {
	case 0:
		return 200;
	case -ENOENT:
		return 404;
	case -EINVAL:
		return 400;
	case -EACCES:
	case -EPERM:
		return 403;
	case -EEXIST:
		return 409;
	case -ENOMEM:
	case -EBUSY:
	case -EAGAIN:
		return 503;
	default:
		return ret < 0 ? 500 : ret;
	}
}

/* The status for a dispatch that was refused: the handler did not run. */
static int status_of_refusal(int err)
{
	switch (err) {
	case -ENOENT:
	case -ESTALE:
	case -EALREADY:
		return 404;
	case -EPROTOTYPE:
	case -EKEYREJECTED:
		return 500;
	default:
		return 503;	/* its module is going, it is busy, the stack is short */
	}
}

/* Without a route: 404, 405, or what OPTIONS gets by itself. */
static int status_of_miss(const struct http_exchange *x, unsigned int allow)
{
	if (!allow)
		return 404;
	return x->req.method == HTTP_OPTIONS ? 204 : 405;
}

static int call_boxed(const struct hdt_key *key, struct http_exchange *x, int *ret)
{
	struct http_box *box = kmalloc(sizeof(*box), GFP_KERNEL);
	int err;

	if (!box)
		return -ENOMEM;
	box->req = &x->req;
	box->resp = &x->resp;
	err = http_boxed_call_key(boxed_source.table, key, ret, box);
	kfree(box);
	return err;
}

static int call(struct httpd_worker *worker, bool boxed, struct http_exchange *x,
		unsigned int *allow)
{
	struct httpd_routes *routes;
	struct http_match match;
	int looks, ret, err = -ENOENT;

	for (looks = 0; looks < LOOKS && err == -ENOENT; looks++) {
		routes = boxed ? httpd_routes_refresh(&boxed_source, &worker->boxed) :
				 httpd_routes_refresh(&source, &worker->routes);
		if (!routes)
			return 503;
		match = http_router_match(routes->router, &x->req);
		if (match.route < 0) {
			*allow = match.allow;
			return status_of_miss(x, match.allow);
		}
		err = boxed ? call_boxed(&routes->keys[match.route], x, &ret) :
			      http_route_call_key(source.table, &routes->keys[match.route],
						  &ret, &x->req, &x->resp);
	}
	return err ? status_of_refusal(err) : status_of(ret);
}

int http_dispatch(struct http_exchange *x, void *arg, unsigned int *allow)
{
	int ret;

	if (x->req.method == HTTP_OPTIONS && http_is(x->req.path, "*")) {
		*allow = BIT(HTTP_NR_METHODS) - 1;
		return 204;
	}
	switch (READ_ONCE(way)) {
	case WAY_CHAIN:
		return http_chain_call(&x->req, &x->resp, &ret) ? 404 : status_of(ret);
	default:
		return call(arg, READ_ONCE(way) == WAY_BOXED, x, allow);
	}
}

/* The router, and nothing that it leads to: for http_replay(). */
int httpd_route(struct http_exchange *x, struct httpd_worker *worker)
{
	struct httpd_routes *routes = httpd_routes_refresh(&source, &worker->routes);

	return routes ? http_router_match(routes->router, &x->req).route : -ENOMEM;
}

int http_dispatch_probe(struct http_exchange *x, void *arg)
{
	struct httpd_worker *worker = arg;
	struct httpd_routes *routes = httpd_routes_refresh(&source, &worker->routes);
	struct http_match match;

	if (READ_ONCE(way) != WAY_HDT || http_is(x->req.path, "*"))
		return 0;
	if (!routes)
		return 503;
	match = http_router_match(routes->router, &x->req);
	return match.route < 0 && !match.allow ? 404 : 0;
}

void httpd_worker_release(struct httpd_worker *worker)
{
	httpd_routes_put(worker->routes);
	httpd_routes_put(worker->boxed);
	worker->routes = NULL;
	worker->boxed = NULL;
}

int httpd_dispatch_init(void)
{
	int err = httpd_source_init(&source, HTTP_TABLE);

	if (err)
		return err;
	err = httpd_source_init(&boxed_source, HTTP_BOXED_TABLE);
	if (err)
		httpd_source_destroy(&source);
	return err;
}

void httpd_dispatch_exit(void)
{
	httpd_source_destroy(&boxed_source);
	httpd_source_destroy(&source);
}
