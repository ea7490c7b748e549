// SPDX-License-Identifier: GPL-2.0-only
/* A table whose keys have every byte there is, and a caller for some of them. */
#include <linux/module.h>

#include <hdt/hdt.h>

HDT_SIGNATURE(byte, int, unsigned int, arg)

#define NR 255

static char keys[NR][4];
static struct hdt_table *table;

static int answer(void *ctx, unsigned int arg)
{
	return arg;
}

/* Calls of the key "aXb", X being the byte whose number is written; and one of none. */
static int call_set(const char *val, const struct kernel_param *kp)
{
	unsigned int byte;
	int err = kstrtouint(val, 0, &byte);

	if (err || byte < 1 || byte > NR)
		return -EINVAL;
	byte_call(table, "nobody", NULL, 0);
	return byte_call(table, keys[byte - 1], NULL, byte);
}

static const struct kernel_param_ops call_ops = { .set = call_set };
module_param_cb(call, &call_ops, NULL, 0200);

static int __init bytes_init(void)
{
	int i, err = 0;

	table = hdt_table_create("odd \"bytes\"", NULL);
	if (IS_ERR(table))
		return PTR_ERR(table);
	for (i = 0; i < NR && !err; i++) {
		scnprintf(keys[i], sizeof(keys[i]), "a%cb", i + 1);
		err = byte_register(table, keys[i], answer, NULL);
	}
	if (err)
		hdt_table_destroy(table);
	return err;
}
module_init(bytes_init);

static void __exit bytes_exit(void)
{
	hdt_table_destroy(table);
}
module_exit(bytes_exit);

MODULE_DESCRIPTION("hdt test: every byte in a key");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
