// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>

#include "chars.h"
#include "parse.h"
#include "router.h"

/* One key, taken apart. */
struct route {
	struct http_slice key;
	u8 method;
	u8 nr_params;
	bool tail;			/* the last parameter is one */
	u8 segment[HTTP_PARAMS_MAX];	/* which one of the path a parameter is */
	struct http_slice name[HTTP_PARAMS_MAX];
};

/* Routes that end in one place of the tree; number + 1, by method. */
struct end {
	u32 methods;
	u32 route[HTTP_NR_METHODS];
};

/* Numbers of other nodes and of ends; 0 is none, for the root is nobody's child. */
struct node {
	u32 param;
	u32 end;
	u32 tail;
};

/* A literal segment leads from one node to another. */
struct edge {
	struct http_slice segment;
	u32 from;
	u32 to;
};

struct http_router {
	unsigned int nr_routes, nr_nodes, nr_ends;
	unsigned int edge_mask;
	struct route *routes;
	struct node *nodes;
	struct end *ends;
	struct edge *edges;		/* open addressing, at most half full */
	char *text;			/* all keys */
	void (*complain)(struct http_slice key, const char *why);
};

/* ---- finding --------------------------------------------------------------- */

/* Only modules insert, so that nobody who merely asks can lengthen a probe. */
static u32 hash(u32 from, struct http_slice segment)
{
	u64 hash = (from + 1) * 0x9e3779b97f4a7c15ULL, word;
	unsigned int left;

	for (left = segment.len; left >= 8; left -= 8, segment.ptr += 8) {
		memcpy(&word, segment.ptr, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	for (word = left; left; left--)
		word = word << 8 | (u8)*segment.ptr++;
	hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
	return hash >> 32;
}

/* The edge, or the empty place where it would be. */
static struct edge *find_edge(const struct http_router *router, u32 from,
			      struct http_slice segment)
{
	u32 at = hash(from, segment);

	for (;; at++) {
		struct edge *edge = &router->edges[at & router->edge_mask];

		if (!edge->to || (edge->from == from && edge->segment.len == segment.len &&
				  !memcmp(edge->segment.ptr, segment.ptr, segment.len)))
			return edge;
	}
}

struct segments {
	unsigned int nr;
	bool more;		/* there are more segments than that */
	struct http_slice segment[HTTP_SEGMENTS_MAX];
};

static void split(struct segments *path, struct http_slice text)
{
	const char *p = text.ptr + 1, *end = text.ptr + text.len, *slash;

	path->more = false;
	for (path->nr = 0; path->nr < HTTP_SEGMENTS_MAX; p = slash + 1) {
		slash = memchr(p, '/', end - p);
		path->segment[path->nr].ptr = p;
		path->segment[path->nr++].len = (slash ?: end) - p;
		if (!slash)
			return;
	}
	path->more = true;
}

/* The route that an end has for a method, or -1, and then what it has instead. */
static int choose(const struct http_router *router, u32 nr, enum http_method method,
		  unsigned int *allow)
{
	const struct end *end = &router->ends[nr];

	if (!nr)
		return -1;
	if (end->route[method])
		return end->route[method] - 1;
	if (method == HTTP_HEAD && end->route[HTTP_GET])
		return end->route[HTTP_GET] - 1;
	*allow |= end->methods;
	return -1;
}

/*
 * Depth first: the literal segment, then the parameter, then the tail; so the
 * first route that is met is the one that is literal for longer. Each node is
 * visited at most once, whatever the path.
 */
static int walk(const struct http_router *router, const struct segments *path,
		enum http_method method, unsigned int *allow)
{
	struct {
		u32 node;
		u32 stage;
	} stack[HTTP_SEGMENTS_MAX + 1] = { };
	int depth = 0, route;

	while (depth >= 0) {
		const struct node *node = &router->nodes[stack[depth].node];
		u32 child = 0;

		if (depth == path->nr) {
			route = path->more ? -1 : choose(router, node->end, method, allow);
			if (route >= 0)
				return route;
			depth--;
			continue;
		}
		switch (stack[depth].stage++) {
		case 0:
			child = find_edge(router, stack[depth].node, path->segment[depth])->to;
			break;
		case 1:
			child = path->segment[depth].len ? node->param : 0;
			break;
		case 2:
			route = choose(router, node->tail, method, allow);
			if (route >= 0)
				return route;
			depth--;
			continue;
		}
		if (child) {
			stack[++depth].node = child;
			stack[depth].stage = 0;
		}
	}
	return -1;
}

static void set_params(const struct route *route, const struct segments *path,
		       struct http_request *req)
{
	unsigned int i;

	for (i = 0; i < route->nr_params; i++) {
		req->param[i].name = route->name[i];
		req->param[i].value = path->segment[route->segment[i]];
	}
	req->nr_params = i;
	if (route->tail) {
		struct http_slice *tail = &req->param[i - 1].value;

		tail->len = req->path.ptr + req->path.len - tail->ptr;
	}
}

struct http_match http_router_match(const struct http_router *router, struct http_request *req)
{
	struct http_match match = { };
	struct segments path;

	split(&path, req->path);
	match.route = walk(router, &path, req->method, &match.allow);
	if (match.route >= 0)
		set_params(&router->routes[match.route], &path, req);
	return match;
}

struct http_slice http_router_key(const struct http_router *router, unsigned int route)
{
	return router->routes[route].key;
}

int http_allow_text(char *buf, size_t size, unsigned int allow)
{
	int len = 0, i;

	if (allow & BIT(HTTP_GET))
		allow |= BIT(HTTP_HEAD);
	if (allow)
		allow |= BIT(HTTP_OPTIONS);
	if (size)
		*buf = '\0';
	for (i = 0; i < HTTP_NR_METHODS; i++)
		if (allow & BIT(i))
			len += scnprintf(buf + len, size - len, "%s%s", len ? ", " : "",
					 http_methods[i]);
	return len;
}

/* ---- building -------------------------------------------------------------- */

static int parse_key_method(struct route *route, const char *colon)
{
	const struct http_slice name = { route->key.ptr, colon - route->key.ptr };
	int i;

	for (i = 0; i < HTTP_NR_METHODS; i++) {
		if (http_is(name, http_methods[i])) {
			route->method = i;
			return 0;
		}
	}
	return -EINVAL;
}

static void complain(const struct http_router *router, const struct route *route,
		     const char *why)
{
	if (router->complain)
		router->complain(route->key, why);
}

static u32 new_node(struct http_router *router)
{
	return router->nr_nodes++;
}

static u32 literal(struct http_router *router, u32 from, struct http_slice segment)
{
	struct edge *edge = find_edge(router, from, segment);

	if (!edge->to)
		*edge = (struct edge){ segment, from, new_node(router) };
	return edge->to;
}

static const char *add_param(struct route *route, struct http_slice segment, unsigned int nr)
{
	const struct http_slice name = { segment.ptr + 1, segment.len - 1 };
	unsigned int i;

	if (!http_chars_are(name.ptr, name.len, HTTP_C_TOKEN) || !name.len)
		return "a parameter without a name";
	if (route->nr_params == HTTP_PARAMS_MAX)
		return "too many parameters";
	for (i = 0; i < route->nr_params; i++)
		if (route->name[i].len == name.len &&
		    !memcmp(route->name[i].ptr, name.ptr, name.len))
			return "two parameters of one name";
	route->segment[route->nr_params] = nr;
	route->name[route->nr_params++] = name;
	return NULL;
}

/* What is wrong with a key, or NULL, and then @path has its segments. */
static const char *parse_key(struct route *route, struct segments *path)
{
	const struct http_slice key = route->key;
	const char *colon = memchr(key.ptr, ':', key.len), *why;
	struct http_slice pattern;
	unsigned int i;

	if (!colon || parse_key_method(route, colon))
		return "no method that is known";
	pattern = (struct http_slice){ colon + 1, key.ptr + key.len - colon - 1 };
	if (!pattern.len || *pattern.ptr != '/')
		return "the pattern does not begin with a slash";
	split(path, pattern);
	if (path->more || path->nr == HTTP_SEGMENTS_MAX)
		return "too many segments";
	for (i = 0; i < path->nr; i++) {
		struct http_slice segment = path->segment[i];

		if (!segment.len && i + 1 < path->nr)
			return "an empty segment";
		if (http_is(segment, ".") || http_is(segment, ".."))
			return "a dot for a segment";
		if (!segment.len || (*segment.ptr != ':' && *segment.ptr != '*'))
			continue;
		route->tail = *segment.ptr == '*';
		if (route->tail && i + 1 < path->nr)
			return "a tail that is not the last";
		why = add_param(route, segment, i);
		if (why)
			return why;
	}
	return NULL;
}

static int compare(struct http_slice a, struct http_slice b)
{
	return memcmp(a.ptr, b.ptr, min(a.len, b.len)) ?: (int)a.len - (int)b.len;
}

/* Of two that match the same, the lesser key stays, in whatever order they come. */
static void set_end(struct http_router *router, u32 *place, u32 nr)
{
	static const char why[] = "another one matches the same";
	struct route *route = &router->routes[nr], *there;
	struct end *end;

	if (!*place)
		*place = router->nr_ends++;
	end = &router->ends[*place];
	end->methods |= BIT(route->method);
	if (end->route[route->method]) {
		there = &router->routes[end->route[route->method] - 1];
		if (compare(there->key, route->key) < 0) {
			complain(router, route, why);
			return;
		}
		complain(router, there, why);
	}
	end->route[route->method] = nr + 1;
}

static void insert(struct http_router *router, u32 nr)
{
	struct route *route = &router->routes[nr];
	struct segments path;
	const char *why = parse_key(route, &path);
	unsigned int i, last;
	u32 at = 0;

	if (why) {
		complain(router, route, why);
		return;
	}
	last = path.nr - route->tail;
	for (i = 0; i < last; i++) {
		if (!path.segment[i].len || *path.segment[i].ptr != ':') {
			at = literal(router, at, path.segment[i]);
			continue;
		}
		if (!router->nodes[at].param)
			router->nodes[at].param = new_node(router);
		at = router->nodes[at].param;
	}
	set_end(router, route->tail ? &router->nodes[at].tail : &router->nodes[at].end, nr);
}

/* Segments of all keys, which is what there may be of edges and nodes; bytes likewise. */
static unsigned int count(const struct http_slice *keys, unsigned int nr, size_t *bytes)
{
	unsigned int segments = 0, i, j;

	for (i = 0; i < nr; i++) {
		*bytes += keys[i].len + 1;
		for (j = 0; j < keys[i].len; j++)
			segments += keys[i].ptr[j] == '/';
	}
	return segments;
}

static struct http_router *alloc(unsigned int nr, unsigned int segments, size_t bytes)
{
	struct http_router *router = kzalloc(sizeof(*router), GFP_KERNEL);
	unsigned int places = roundup_pow_of_two(2 * segments + 2);

	if (!router)
		return NULL;
	router->edge_mask = places - 1;
	router->routes = kvcalloc(nr + 1, sizeof(*router->routes), GFP_KERNEL);
	router->nodes = kvcalloc(segments + 1, sizeof(*router->nodes), GFP_KERNEL);
	router->ends = kvcalloc(nr + 1, sizeof(*router->ends), GFP_KERNEL);
	router->edges = kvcalloc(places, sizeof(*router->edges), GFP_KERNEL);
	router->text = kvmalloc(bytes + 1, GFP_KERNEL);
	if (router->routes && router->nodes && router->ends && router->edges && router->text)
		return router;
	http_router_free(router);
	return NULL;
}

struct http_router *http_router_build(const struct http_slice *keys, unsigned int nr,
				      void (*complain)(struct http_slice key, const char *why))
{
	struct http_router *router;
	unsigned int segments;
	size_t bytes = 0;
	char *text;
	u32 i;

	segments = count(keys, nr, &bytes);
	router = alloc(nr, segments, bytes);
	if (!router)
		return NULL;
	router->complain = complain;
	router->nr_routes = nr;
	router->nr_nodes = 1;	/* the root */
	router->nr_ends = 1;	/* 0 is none */
	text = router->text;
	for (i = 0; i < nr; i++) {
		memcpy(text, keys[i].ptr, keys[i].len);
		text[keys[i].len] = '\0';
		router->routes[i].key = (struct http_slice){ text, keys[i].len };
		text += keys[i].len + 1;
		insert(router, i);
	}
	return router;
}

void http_router_free(struct http_router *router)
{
	if (!router)
		return;
	kvfree(router->routes);
	kvfree(router->nodes);
	kvfree(router->ends);
	kvfree(router->edges);
	kvfree(router->text);
	kfree(router);
}
