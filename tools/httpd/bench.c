// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"
#include "compare.h"

#define KEY_SIZE	32
#define CHUNK		64	/* requests between two looks at the clock */
#define SAMPLES		16	/* routes that are asked for, evenly spread */

static unsigned int nr_routes;
static char (*keys)[KEY_SIZE];
static struct hdt_handler *handlers;
static struct http_chain_link *links;
static struct hdt_table *table, *boxed_table;

/* All three do the same; what differs is how they are reached. */
static int show(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct http_slice id = http_param(req, "id");

	http_puts(resp, "user ");
	return http_write(resp, id.ptr, id.len);
}

static int show_boxed(void *ctx, void *arg)
{
	struct http_box *box = arg;

	return show(ctx, box->req, box->resp);
}

static void free_routes(void)
{
	kvfree(keys);
	kvfree(handlers);
	kvfree(links);
	keys = NULL;
	handlers = NULL;
	links = NULL;
}

static int alloc_routes(unsigned int nr)
{
	unsigned int i;

	keys = kvcalloc(nr, sizeof(*keys), GFP_KERNEL);
	handlers = kvcalloc(nr, sizeof(*handlers), GFP_KERNEL);
	links = kvcalloc(nr, sizeof(*links), GFP_KERNEL);
	if (!keys || !handlers || !links) {
		free_routes();
		return -ENOMEM;
	}
	nr_routes = nr;
	for (i = 0; i < nr; i++) {
		snprintf(keys[i], KEY_SIZE, "GET:/api/res%04u/:id", i);
		links[i] = (struct http_chain_link){ keys[i], show, NULL };
	}
	return 0;
}

static int register_in(struct hdt_table *in, const struct hdt_signature *sig, hdt_entry_t entry)
{
	unsigned int i;

	for (i = 0; i < nr_routes; i++)
		handlers[i] = (struct hdt_handler){ .sig = sig, .key = keys[i], .entry = entry };
	return __hdt_register(in, handlers, nr_routes, THIS_MODULE);
}

static int get_tables(void)
{
	table = hdt_table_get(HTTP_TABLE);
	boxed_table = hdt_table_get(HTTP_BOXED_TABLE);
	return PTR_ERR_OR_ZERO(table) ?: PTR_ERR_OR_ZERO(boxed_table);
}

void http_bench_teardown(void)
{
	if (!IS_ERR_OR_NULL(table))
		hdt_unregister_all(table, THIS_MODULE);
	if (!IS_ERR_OR_NULL(boxed_table))
		hdt_unregister_all(boxed_table, THIS_MODULE);
	http_chain_set(NULL, 0);
	hdt_table_put(table);
	hdt_table_put(boxed_table);
	table = NULL;
	boxed_table = NULL;
	free_routes();
}

int http_bench_setup(unsigned int nr)
{
	int err = nr ? alloc_routes(nr) : -EINVAL;

	if (!err)
		err = get_tables();
	if (!err)
		err = register_in(table, &http_route_sig, (hdt_entry_t)(void *)show);
	if (!err)
		err = register_in(boxed_table, &http_boxed_sig, (hdt_entry_t)(void *)show_boxed);
	if (!err)
		err = http_chain_set(links, nr);
	if (err)
		http_bench_teardown();
	return err;
}

struct request {
	char bytes[128];
	size_t len;
};

/* The request that wrk would send for route number @route. */
static void make_request(struct request *request, unsigned int route)
{
	request->len = scnprintf(request->bytes, sizeof(request->bytes),
				 "GET /api/res%04u/12345 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
				 route);
}

/* The least that CHUNK requests took, per request in tenths of a unit; or -errno. */
static s64 measure(struct http_replay *replay, const struct request *requests,
		   enum http_replay_depth depth, unsigned int chunks, u64 (*now)(void))
{
	u64 least = U64_MAX, start, took;
	int i, ret = 0;

	while (chunks--) {
		start = now();
		for (i = 0; i < CHUNK; i++)
			ret |= http_replay(replay, requests[i % SAMPLES].bytes,
					   requests[i % SAMPLES].len, depth);
		took = now() - start;
		/* 0, or the same status each time: what went wrong shows in the bits. */
		if (ret != (depth >= HTTP_REPLAY_CALL ? 200 : 0))
			return ret < 0 ? ret : -EIO;
		least = min(least, took);
		cond_resched();
	}
	return div_u64(10 * least, CHUNK);
}

static int print_part(char *buf, size_t size, const char *name, s64 tenths)
{
	tenths = max(tenths, 0LL);
	return scnprintf(buf, size, " %s=%lld.%lld", name, tenths / 10, tenths % 10);
}

static int run_way(struct http_replay *replay, const struct request *requests, const char *way,
		   char *buf, size_t size, unsigned int chunks, u64 (*now)(void))
{
	s64 cost[HTTP_REPLAY_DEPTHS];
	int depth, len, err;

	err = http_compare_by(way);
	if (err)
		return err;
	for (depth = 0; depth < HTTP_REPLAY_DEPTHS; depth++) {
		cost[depth] = measure(replay, requests, depth, chunks, now);
		if (cost[depth] < 0)
			return cost[depth];
	}
	len = scnprintf(buf, size, "way=%s routes=%u", way, nr_routes);
	len += print_part(buf + len, size - len, "parse",
			  cost[HTTP_REPLAY_PARSE] - cost[HTTP_REPLAY_COPY]);
	if (strcmp(way, "chain"))
		len += print_part(buf + len, size - len, "router",
				  cost[HTTP_REPLAY_ROUTE] - cost[HTTP_REPLAY_PARSE]);
	len += print_part(buf + len, size - len, "call",
			  cost[HTTP_REPLAY_CALL] - cost[HTTP_REPLAY_PARSE]);
	len += print_part(buf + len, size - len, "head",
			  cost[HTTP_REPLAY_ALL] - cost[HTTP_REPLAY_CALL]);
	len += print_part(buf + len, size - len, "all", cost[HTTP_REPLAY_ALL]);
	len += scnprintf(buf + len, size - len, "\n");
	return len;
}

int http_bench_run(char *buf, size_t size, unsigned int chunks, u64 (*now)(void))
{
	static const char * const ways[] = { "hdt", "boxed", "chain" };
	struct request *requests = kcalloc(SAMPLES, sizeof(*requests), GFP_KERNEL);
	struct http_replay *replay = http_replay_alloc();
	int i, len = 0, got = -ENOMEM;

	for (i = 0; requests && i < SAMPLES; i++)
		make_request(&requests[i], i * nr_routes / SAMPLES);
	for (i = 0; requests && replay && i < ARRAY_SIZE(ways); i++) {
		got = run_way(replay, requests, ways[i], buf + len, size - len, chunks, now);
		if (got < 0)
			break;
		len += got;
	}
	http_compare_by("hdt");
	http_replay_free(replay);
	kfree(requests);
	return got < 0 ? got : len;
}
