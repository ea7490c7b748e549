// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/sched.h>

#include "hdt_http.h"
#include "routes.h"

/* Copies of a table's keys, as they come out of hdt_for_each_key(). */
struct list {
	struct http_slice *keys;
	unsigned int nr, room;
};

static int add(const char *key, size_t len, void *data)
{
	struct list *list = data;
	struct http_slice *keys;
	unsigned int room;
	char *copy;

	if (list->nr == list->room) {
		room = 2 * list->room + 16;
		keys = kvmalloc_array(room, sizeof(*keys), GFP_KERNEL);
		if (!keys)
			return -ENOMEM;
		if (list->nr)
			memcpy(keys, list->keys, list->nr * sizeof(*keys));
		kvfree(list->keys);
		list->keys = keys;
		list->room = room;
	}
	copy = kmemdup(key, len, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	list->keys[list->nr++] = (struct http_slice){ copy, len };
	return 0;
}

static void free_list(struct list *list)
{
	while (list->nr)
		kfree(list->keys[--list->nr].ptr);
	kvfree(list->keys);
}

static void complain(struct http_slice key, const char *why)
{
	pr_warn_ratelimited("no route \"%*pE\": %s\n", HTTP_SLICE(key), why);
}

static void free_routes(struct kref *ref)
{
	struct httpd_routes *routes = container_of(ref, struct httpd_routes, ref);

	http_router_free(routes->router);
	kvfree(routes->keys);
	kfree(routes);
}

void httpd_routes_put(struct httpd_routes *routes)
{
	if (routes)
		kref_put(&routes->ref, free_routes);
}

static struct httpd_routes *make_of(const struct list *list, unsigned int changes)
{
	struct httpd_routes *routes = kzalloc(sizeof(*routes), GFP_KERNEL);
	struct http_slice key;
	unsigned int i;

	if (!routes)
		return NULL;
	kref_init(&routes->ref);
	routes->changes = changes;
	routes->router = http_router_build(list->keys, list->nr, complain);
	routes->keys = kvcalloc(list->nr + 1, sizeof(*routes->keys), GFP_KERNEL);
	if (!routes->router || !routes->keys) {
		httpd_routes_put(routes);
		return NULL;
	}
	for (i = 0; i < list->nr; i++) {
		key = http_router_key(routes->router, i);
		hdt_key_init(&routes->keys[i], key.ptr, key.len);
	}
	return routes;
}

static struct httpd_routes *make(struct hdt_table *table)
{
	/* Before the keys: if they change while they are read, this is outdated at once. */
	unsigned int changes = hdt_table_changes(table);
	struct httpd_routes *routes = NULL;
	struct list list = { };

	if (!hdt_for_each_key(table, add, &list))
		routes = make_of(&list, changes);
	free_list(&list);
	return routes;
}

static bool is_current(const struct httpd_source *source, const struct httpd_routes *routes)
{
	return routes && routes->changes == hdt_table_changes(source->table);
}

struct httpd_routes *httpd_routes_refresh(struct httpd_source *source,
					  struct httpd_routes **cached)
{
	struct httpd_routes *fresh;

	/* The usual case writes nothing that others read. */
	if (likely(is_current(source, *cached)))
		return *cached;
	mutex_lock(&source->mutex);
	if (!is_current(source, source->latest)) {
		fresh = make(source->table);
		if (fresh) {
			httpd_routes_put(source->latest);
			source->latest = fresh;
		}
	}
	fresh = source->latest;
	if (fresh)
		kref_get(&fresh->ref);
	mutex_unlock(&source->mutex);
	httpd_routes_put(*cached);
	*cached = fresh;
	return fresh;
}

int httpd_source_init(struct httpd_source *source, const char *table)
{
	const struct hdt_table_opts opts = { .sleepable = true };

	mutex_init(&source->mutex);
	source->table = hdt_table_create(table, &opts);
	return PTR_ERR_OR_ZERO(source->table);
}

/* Nobody serves any more. */
void httpd_source_destroy(struct httpd_source *source)
{
	hdt_table_destroy(source->table);
	httpd_routes_put(source->latest);
	source->latest = NULL;
}
