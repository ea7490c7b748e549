// SPDX-License-Identifier: GPL-2.0-only
/* A table that has its providers loaded, and one that does not. */
#include "ring.h"

static struct hdt_table *table, *without;
static int last;

static int load(struct hdt_table *from, const char *val)
{
	char key[32];

	strscpy(key, val, sizeof(key));
	last = hdt_table_load(from, strim(key));
	return 0;
}

static int load_set(const char *val, const struct kernel_param *kp)
{
	return load(table, val);
}

static int load_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", last);
}

static const struct kernel_param_ops load_ops = { .set = load_set, .get = load_get };
module_param_cb(load, &load_ops, NULL, 0600);
MODULE_PARM_DESC(load, "have the provider of this key loaded; reads as the outcome");

static int without_set(const char *val, const struct kernel_param *kp)
{
	return load(without, val);
}

static const struct kernel_param_ops without_ops = { .set = without_set, .get = load_get };
module_param_cb(load_without, &without_ops, NULL, 0600);
MODULE_PARM_DESC(load_without, "the same, from a table without autoload");

/* A handler asks for one: a dispatch never waits for modprobe. */
static int inside(void *ctx, u32 arg)
{
	return hdt_table_load(table, "auto-key");
}

static int inside_get(char *buffer, const struct kernel_param *kp)
{
	int ret, err = ring_call(table, "inside", &ret, 0);

	return sysfs_emit(buffer, "%d\n", err ?: ret);
}

static const struct kernel_param_ops inside_ops = { .get = inside_get };
module_param_cb(inside, &inside_ops, NULL, 0400);
MODULE_PARM_DESC(inside, "the outcome of the same from inside a handler");

static int call_get(char *buffer, const struct kernel_param *kp)
{
	int ret, err = ring_call(table, "auto-key", &ret, 1);

	return sysfs_emit(buffer, "%d\n", err ?: ret == RING_ANSWER(1));
}

static const struct kernel_param_ops call_ops = { .get = call_get };
module_param_cb(call, &call_ops, NULL, 0400);
MODULE_PARM_DESC(call, "1 if the key auto-key answers well");

static int __init ring_autoload_init(void)
{
	const struct hdt_table_opts opts = { .sleepable = true, .autoload = true };

	table = hdt_table_create("auto", &opts);
	if (IS_ERR(table))
		return PTR_ERR(table);
	without = hdt_table_create("manual", NULL);
	if (IS_ERR(without)) {
		hdt_table_destroy(table);
		return PTR_ERR(without);
	}
	return ring_register(table, "inside", inside, NULL);
}
module_init(ring_autoload_init);

static void __exit ring_autoload_exit(void)
{
	hdt_table_destroy(without);
	hdt_table_destroy(table);
}
module_exit(ring_autoload_exit);

MODULE_DESCRIPTION("hdt ring: a table with autoload");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
