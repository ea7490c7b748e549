// SPDX-License-Identifier: GPL-2.0-only
/*
 * A provider that never unregisters, and knows when no call may enter it any
 * more: once it is on its way out and the calls of before have ended (G7).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "torture_call.h"

static struct hdt_table *table;
static bool gone;
static int released;

static const char captured_text[] = "captured";

static int answer(void *ctx, struct torture_call *call)
{
	if (READ_ONCE(gone))
		torture_complain("after: guest was entered as it was going");
	if (ctx != &gone || strcmp(call->name, "guest"))
		torture_complain("torn: guest has ctx %p, called as \"%s\"", ctx, call->name);
	call->ran++;
	return TORTURE_ANSWER(call->arg);
}

static int answer_captured(void *ctx, struct torture_call *call)
{
	if (READ_ONCE(gone))
		torture_complain("after: guest was entered as it was going");
	if (strcmp(ctx, captured_text) || strcmp(call->name, "guest/captured"))
		torture_complain("torn: guest's capture is \"%s\", called as \"%s\"",
				 (char *)ctx, call->name);
	call->ran++;
	return TORTURE_ANSWER(call->arg);
}

static void release(void *ctx)
{
	if (released++ || strcmp(ctx, captured_text))
		torture_complain("twice: guest's capture is released, as \"%s\"", (char *)ctx);
}

static int __init torture_guest_init(void)
{
	static const struct hdt_opts opts = {
		.capture = captured_text,
		.capture_size = sizeof(captured_text),
		.release = release,
	};
	int err;

	table = hdt_table_get(TORTURE_TABLE);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = torture_register(table, "guest", answer, &gone);
	if (!err)
		err = torture_register_opts(table, "guest/captured", answer_captured, NULL, &opts);
	if (err)
		hdt_table_put(table);
	return err;
}
module_init(torture_guest_init);

/* The sweep comes after this. */
static void __exit torture_guest_exit(void)
{
	synchronize_rcu();
	WRITE_ONCE(gone, true);
	usleep_range(1000, 3000);
	hdt_table_put(table);
}
module_exit(torture_guest_exit);

MODULE_DESCRIPTION("hdt torture: a provider that is swept");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
