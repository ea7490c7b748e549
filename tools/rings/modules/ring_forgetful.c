// SPDX-License-Identifier: GPL-2.0-only
/* Registers and never unregisters: what it leaves is swept (G7). */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "ring.h"

static bool hasty;
module_param(hasty, bool, 0400);
MODULE_PARM_DESC(hasty, "do unregister, but wait for nothing");

static struct hdt_table *table;

static int answer(void *ctx, u32 arg)
{
	udelay(arg % 64);
	return strcmp(ctx, "captured") ? 0 : RING_ANSWER(arg);
}

static void release(void *ctx)
{
	pr_info("released, %s\n", (char *)ctx);
}

static int __init ring_forgetful_init(void)
{
	static const char text[] = "captured";
	static const struct hdt_opts opts = {
		.capture = text,
		.capture_size = sizeof(text),
		.release = release,
	};
	int err;

	table = hdt_table_get("ring");
	err = ring_register_opts(table, "alpha", answer, NULL, &opts);
	if (!err)
		err = ring_register_opts(table, "beta", answer, NULL, &opts);
	if (err)
		hdt_table_put(table);
	return err;
}
module_init(ring_forgetful_init);

static void __exit ring_forgetful_exit(void)
{
	if (hasty) {
		hdt_unregister_async(table, "alpha");
		hdt_unregister_async(table, "beta");
	}
	hdt_table_put(table);
}
module_exit(ring_forgetful_exit);

MODULE_DESCRIPTION("hdt ring: provider that does not unregister");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
