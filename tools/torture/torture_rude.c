// SPDX-License-Identifier: GPL-2.0-only
/*
 * A provider in the ordinary way, which tries what only owners may, and fails
 * half-way through its init every other time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "torture_call.h"

static bool fail;
module_param(fail, bool, 0400);
MODULE_PARM_DESC(fail, "let init fail after the registration");

static struct hdt_table *table;
static int ctx;

static int answer(void *data, struct torture_call *call)
{
	if (data != &ctx || strcmp(call->name, "rude"))
		torture_complain("torn: rude has ctx %p, called as \"%s\"", data, call->name);
	call->ran++;
	return TORTURE_ANSWER(call->arg);
}

static const struct hdt_handler handlers[] = {
	HDT_HANDLER_OPTS(torture, "rude", answer, &ctx),
};

static void expect(const char *what, int err, int expected)
{
	if (err != expected)
		torture_complain("errno: %s by a stranger: %d, not %d", what, err, expected);
}

static int __init torture_rude_init(void)
{
	int err;

	table = hdt_table_get(TORTURE_TABLE);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = hdt_register_all(table, handlers);
	if (!err && fail)
		err = -ECANCELED;
	if (err) {
		/* What was registered is swept. */
		hdt_table_put(table);
		return err;
	}
	expect("unregister", hdt_unregister(table, "fixed/0"), -EPERM);
	expect("async unregister", hdt_unregister_async(table, "fixed/1"), -EPERM);
	expect("destroy", hdt_table_destroy(table), -EPERM);
	return 0;
}
module_init(torture_rude_init);

static void __exit torture_rude_exit(void)
{
	int err = hdt_unregister_all(table, THIS_MODULE);

	if (err)
		torture_complain("errno: unregister_all: %d", err);
	hdt_table_put(table);
}
module_exit(torture_rude_exit);

MODULE_DESCRIPTION("hdt torture: a provider that takes liberties");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
