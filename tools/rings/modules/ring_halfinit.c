// SPDX-License-Identifier: GPL-2.0-only
/* Registers, is called for a while, and then fails to load. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "ring.h"

static int fail = ENODEV;
module_param(fail, int, 0400);

static unsigned int after_ms = 20;
module_param(after_ms, uint, 0400);

static unsigned int spin_us = 20;
module_param(spin_us, uint, 0400);

static int answer(void *ctx, u32 arg)
{
	udelay(spin_us);
	return *(int *)ctx == 42 ? RING_ANSWER(arg) : 0;
}

static void release(void *ctx)
{
	pr_info("released, %d\n", *(int *)ctx);
}

static int __init ring_halfinit_init(void)
{
	int number = 42;
	const struct hdt_opts opts = {
		.capture = &number,
		.capture_size = sizeof(number),
		.release = release,
	};
	struct hdt_table *table = hdt_table_get("ring");
	int err = ring_register_opts(table, "alpha", answer, NULL, &opts);

	if (!err)
		err = ring_register_opts(table, "beta", answer, NULL, &opts);
	if (!err)
		err = ring_register_opts(table, "slow", answer, NULL, &opts);
	hdt_table_put(table);
	msleep(after_ms);
	return err ?: -fail;
}
module_init(ring_halfinit_init);

MODULE_DESCRIPTION("hdt ring: provider whose init fails");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
