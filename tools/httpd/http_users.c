// SPDX-License-Identifier: GPL-2.0-only
/* A module with state: users, by number, with the name that was put. */
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "hdt_http.h"

#define NAME_MAX_BYTES	64

struct person {
	unsigned int len;
	char name[NAME_MAX_BYTES];
};

static DEFINE_XARRAY_ALLOC1(users);
static DEFINE_MUTEX(users_mutex);	/* entries, and what they point to */

/* The number that :id is, or 0. */
static u32 id_of(const struct http_request *req)
{
	struct http_slice text = http_param(req, "id");
	char digits[11] = "";
	u32 id;

	if (text.len >= sizeof(digits))
		return 0;
	memcpy(digits, text.ptr, text.len);
	return kstrtou32(digits, 10, &id) ? 0 : id;
}

static int user_show(void *ctx, struct http_request *req, struct http_response *resp)
{
	u32 id = id_of(req);
	struct person *user;

	mutex_lock(&users_mutex);
	user = xa_load(&users, id);
	if (user)
		http_printf(resp, "%u %.*s\n", id, user->len, user->name);
	mutex_unlock(&users_mutex);
	return user ? 200 : -ENOENT;
}

static struct person *person_of(const struct http_request *req)
{
	struct person *user;

	if (!req->body.len || req->body.len > NAME_MAX_BYTES)
		return ERR_PTR(-EINVAL);
	user = kmalloc(sizeof(*user), GFP_KERNEL);
	if (!user)
		return ERR_PTR(-ENOMEM);
	user->len = req->body.len;
	memcpy(user->name, req->body.ptr, user->len);
	return user;
}

static int user_create(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct person *user = person_of(req);
	char where[32];
	int err;
	u32 id;

	if (IS_ERR(user))
		return PTR_ERR(user);
	mutex_lock(&users_mutex);
	err = xa_alloc(&users, &id, user, XA_LIMIT(1, 9999), GFP_KERNEL);
	mutex_unlock(&users_mutex);
	if (err) {
		kfree(user);
		return err;
	}
	snprintf(where, sizeof(where), "/api/user/%u", id);
	http_header(resp, "Location", where);
	return 201;
}

static int user_replace(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct person *user, *old = NULL;
	u32 id = id_of(req);

	user = person_of(req);
	if (IS_ERR(user))
		return PTR_ERR(user);
	mutex_lock(&users_mutex);
	if (xa_load(&users, id))
		old = xa_store(&users, id, user, GFP_KERNEL);
	mutex_unlock(&users_mutex);
	kfree(old ?: user);
	return old ? 204 : -ENOENT;
}

static int user_remove(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct person *user;

	mutex_lock(&users_mutex);
	user = xa_erase(&users, id_of(req));
	mutex_unlock(&users_mutex);
	kfree(user);
	return user ? 204 : -ENOENT;
}

static const struct hdt_handler routes[] = {
	HDT_HANDLER(http_route, "POST:/api/user", user_create),
	HDT_HANDLER(http_route, "GET:/api/user/:id", user_show),
	HDT_HANDLER(http_route, "PUT:/api/user/:id", user_replace),
	HDT_HANDLER(http_route, "DELETE:/api/user/:id", user_remove),
};

/*
 * Not module_hdt_handlers(): this exit has more to do, and must do it when no
 * handler runs any more. So the server has to be there first.
 */
static struct hdt_table *table;

static int __init users_init(void)
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
module_init(users_init);

static void __exit users_exit(void)
{
	struct person *user;
	unsigned long id;

	hdt_unregister_all(table, THIS_MODULE);
	hdt_table_put(table);
	xa_for_each(&users, id, user)
		kfree(user);
	xa_destroy(&users);
}
module_exit(users_exit);

MODULE_DESCRIPTION("hdt sample: users of the HTTP server");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
