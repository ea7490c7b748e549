// SPDX-License-Identifier: GPL-2.0-only
/*
 * Creates the table and calls what a provider puts into it. Commands are files
 * in /sys/module/hdt_demo_consumer/parameters:
 *
 *	by_key, by_handle	write N: N calls, all keys in turn, every result
 *				checked. Read: how many have been right so far.
 *	forge			write N: N calls by made-up handles, which all
 *				have to be refused. Read: how many have been.
 *	call			write a key: one call of a demo_route handler
 *	keep_handles		take a handle of each key, and keep it
 *	call_kept		call by each of these, up to the first refusal
 *	last			read: how the last command ended, as in "-ENOENT"
 *
 * A write fails with the errno of the call that was refused, or with -EBADMSG
 * if a result was wrong.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/random.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/ktime.h>

#include "hdt_demo.h"

static struct hdt_table *table;

struct handles {
	demo_route_handle index;
	demo_route_handle about;
	demo_add_handle add;
	demo_volume_handle volume;
	demo_account_handle account;
	demo_clock_handle clock;
};

static struct handles kept;
static unsigned long nr_by_key, nr_by_handle, nr_forged;
static int last;

static int done(int err)
{
	last = err;
	return err;
}

static int take_handles(struct handles *h)
{
	h->index = demo_route_get(table, "GET:/");
	h->about = demo_route_get(table, "GET:/about");
	h->add = demo_add_get(table, "add");
	h->volume = demo_volume_get(table, "volume");
	h->account = demo_account_get(table, "account");
	h->clock = demo_clock_get(table, "clock");

	return hdt_handle_err(h->index) ?: hdt_handle_err(h->about) ?:
	       hdt_handle_err(h->add) ?: hdt_handle_err(h->volume) ?:
	       hdt_handle_err(h->account) ?: hdt_handle_err(h->clock);
}

/* One call each, with arguments made from i: by handle if there are handles, else by key. */

static int check_page(int err, int status, const struct demo_request *req,
		      const struct demo_reply *reply)
{
	if (err)
		return err;
	return status == 200 && reply->len > req->len &&
	       !memcmp(reply->text, req->line, req->len) ? 0 : -EBADMSG;
}

static int call_index(const struct handles *h, int i)
{
	struct demo_request req = { "GET:/", 5 };
	struct demo_reply reply;
	int status, err;

	err = h ? demo_route_call_handle(table, h->index, &status, &req, &reply) :
		  demo_route_call(table, "GET:/", &status, &req, &reply);
	return check_page(err, status, &req, &reply);
}

static int call_about(const struct handles *h, int i)
{
	struct demo_request req = { "GET:/about", 10 };
	struct demo_reply reply;
	int status, err;

	err = h ? demo_route_call_handle(table, h->about, &status, &req, &reply) :
		  demo_route_call(table, "GET:/about", &status, &req, &reply);
	return check_page(err, status, &req, &reply);
}

static int call_add(const struct handles *h, int i)
{
	int sum, err;

	err = h ? demo_add_call_handle(table, h->add, &sum, i, 42) :
		  demo_add_call(table, "add", &sum, i, 42);
	if (err)
		return err;
	return sum == i + 42 ? 0 : -EBADMSG;
}

static int call_volume(const struct handles *h, int i)
{
	long volume;
	int err;

	err = h ? demo_volume_call_handle(table, h->volume, &volume, 1, 2, 3, 3, 5, 3 + i) :
		  demo_volume_call(table, "volume", &volume, 1, 2, 3, 3, 5, 3 + i);
	if (err)
		return err;
	return volume == 6L * i ? 0 : -EBADMSG;
}

static int call_account(const struct handles *h, int i)
{
	struct demo_account account = { .packets = 6, .bytes = 1500 };
	int err;

	err = h ? demo_account_call_handle(table, h->account, &account, i) :
		  demo_account_call(table, "account", &account, i);
	if (err)
		return err;
	return account.packets == 7 && account.bytes == 1500ULL + i ? 0 : -EBADMSG;
}

static int call_clock(const struct handles *h, int i)
{
	u64 before = ktime_get_ns(), now;
	int err;

	err = h ? demo_clock_call_handle(table, h->clock, &now) :
		  demo_clock_call(table, "clock", &now);
	if (err)
		return err;
	return before <= now && now <= ktime_get_ns() ? 0 : -EBADMSG;
}

static const struct {
	const char *key;
	int (*call)(const struct handles *h, int i);
} calls[] = {
	{ "GET:/", call_index },
	{ "GET:/about", call_about },
	{ "add", call_add },
	{ "volume", call_volume },
	{ "account", call_account },
	{ "clock", call_clock },
};

/* All keys in turn, until one call does not give what it has to. */
static int call_all(const struct handles *h, unsigned long nr, unsigned long *right)
{
	const char *by = h ? "handle" : "key";
	unsigned long i;
	int err;

	for (i = 0; i < nr; i++) {
		unsigned long n = i % ARRAY_SIZE(calls);

		err = calls[n].call(h, i % 100003);
		if (err) {
			pr_err("call %lu by %s, of \"%s\": %pe\n", i + 1, by, calls[n].key,
			       ERR_PTR(err));
			return err;
		}
		++*right;
		cond_resched();
	}
	pr_info("%lu calls by %s, %zu keys in turn: all results are right\n", nr, by,
		ARRAY_SIZE(calls));
	return 0;
}

static int by_key_set(const char *val, const struct kernel_param *kp)
{
	unsigned long nr;

	return done(kstrtoul(val, 0, &nr) ?: call_all(NULL, nr, &nr_by_key));
}
module_param_call(by_key, by_key_set, param_get_ulong, &nr_by_key, 0600);
MODULE_PARM_DESC(by_key, "write N: N checked calls by key; read: how many were right");

static int by_handle_set(const char *val, const struct kernel_param *kp)
{
	struct handles h;
	unsigned long nr;

	return done(kstrtoul(val, 0, &nr) ?: take_handles(&h) ?:
		    call_all(&h, nr, &nr_by_handle));
}
module_param_call(by_handle, by_handle_set, param_get_ulong, &nr_by_handle, 0600);
MODULE_PARM_DESC(by_handle, "write N: N checked calls by handle; read: how many were right");

/*
 * Any 64 bits; every second time with a small slot number, so that there is
 * such a slot and only the generation is wrong.
 */
static demo_add_handle forged_handle(unsigned long i, demo_add_handle real)
{
	demo_add_handle forged;

	do {
		forged.h.raw = get_random_u64();
		if (i & 1)
			forged.h.raw &= ~(u64)U32_MAX | 0xf;
	} while (forged.h.raw == real.h.raw);
	return forged;
}

static int forge(unsigned long nr)
{
	demo_add_handle real = demo_add_get(table, "add"), forged;
	unsigned long i;

	for (i = 0; i < nr; i++) {
		forged = forged_handle(i, real);
		if (!demo_add_call_handle(table, forged, NULL, 1, 2)) {
			pr_err("forged handle %#llx was accepted\n", forged.h.raw);
			return -EBADMSG;
		}
		nr_forged++;
		cond_resched();
	}
	pr_info("%lu forged handles: all refused\n", nr);
	return 0;
}

static int forge_set(const char *val, const struct kernel_param *kp)
{
	unsigned long nr;

	return done(kstrtoul(val, 0, &nr) ?: forge(nr));
}
module_param_call(forge, forge_set, param_get_ulong, &nr_forged, 0600);
MODULE_PARM_DESC(forge, "write N: N calls by forged handles; read: how many were refused");

static int call_set(const char *line, const struct kernel_param *kp)
{
	struct demo_request req = { line, strcspn(line, "\n") };
	struct demo_reply reply;
	int status, err;

	err = demo_route_call_n(table, req.line, req.len, &status, &req, &reply);
	if (err)
		pr_info("no answer to \"%.*s\": %pe\n", (int)req.len, req.line, ERR_PTR(err));
	else
		pr_info("%d \"%.*s\"\n", status, (int)reply.len, reply.text);
	return done(err);
}
module_param_call(call, call_set, NULL, NULL, 0200);
MODULE_PARM_DESC(call, "write a key: call the demo_route handler under it");

static int keep_set(const char *val, const struct kernel_param *kp)
{
	return done(take_handles(&kept));
}
module_param_call(keep_handles, keep_set, NULL, NULL, 0200);
MODULE_PARM_DESC(keep_handles, "write: take and keep a handle of each key");

static int call_kept_set(const char *val, const struct kernel_param *kp)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		err = calls[i].call(&kept, i);
		if (err) {
			pr_info("no call by the handle kept of \"%s\": %pe\n", calls[i].key,
				ERR_PTR(err));
			return done(err);
		}
	}
	pr_info("%zu calls by kept handles: all results are right\n", ARRAY_SIZE(calls));
	return done(0);
}
module_param_call(call_kept, call_kept_set, NULL, NULL, 0200);
MODULE_PARM_DESC(call_kept, "write: call by the handles that keep_handles took");

static int last_get(char *buffer, const struct kernel_param *kp)
{
	return last ? sysfs_emit(buffer, "%pe\n", ERR_PTR(last)) : sysfs_emit(buffer, "ok\n");
}
module_param_call(last, NULL, last_get, NULL, 0400);
MODULE_PARM_DESC(last, "read: how the last command ended");

static int __init demo_init(void)
{
	table = hdt_table_create(DEMO_TABLE, NULL);
	return PTR_ERR_OR_ZERO(table);
}
module_init(demo_init);

static void __exit demo_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(demo_exit);

MODULE_DESCRIPTION("hdt demo: consumer");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
