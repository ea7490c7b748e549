/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two modules that have one key by turns: whoever comes takes it over from who
 * is there, who then goes. Callers must not notice.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "torture_call.h"

static struct hdt_table *table;
static char ctx[] = KBUILD_MODNAME;

static int answer(void *data, struct torture_call *call)
{
	if (data != ctx || strcmp(data, KBUILD_MODNAME) || strcmp(call->name, "heir"))
		torture_complain("torn: heir has ctx %p, called as \"%s\"", data, call->name);
	call->ran++;
	return TORTURE_ANSWER(call->arg);
}

static int __init heir_init(void)
{
	int err;

	table = hdt_table_get(TORTURE_TABLE);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = torture_replace(table, "heir", 0, answer, ctx);
	if (err == -ENOENT)
		err = torture_register(table, "heir", answer, ctx);
	if (err)
		hdt_table_put(table);
	return err;
}
module_init(heir_init);

/* -EPERM: the other one has it by now. -ENOENT: the table has been destroyed. */
static void __exit heir_exit(void)
{
	int err = hdt_unregister(table, "heir");

	if (err && err != -EPERM && err != -ENOENT)
		torture_complain("errno: unregister of \"heir\": %d", err);
	hdt_table_put(table);
}
module_exit(heir_exit);

MODULE_DESCRIPTION("hdt torture: a module that hands over");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
