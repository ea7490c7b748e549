// SPDX-License-Identifier: GPL-2.0-only
/* Everything that must not be registered, tried while the module's init memory is there. */
#include <linux/sizes.h>

#include "test.h"

/* Not const, not static const: data that is no code, ctx that goes after init. */
static char data[16];
static char init_data[16] __initdata;
static char long_key[HDT_KEY_MAX + 2];

HDT_SIGNATURE(other, int, u64, arg)

static int sound(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static int __init in_init_text(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static int other_type(void *ctx, u64 arg)
{
	return 0;
}

static const struct hdt_handler twice[] = {
	HDT_HANDLER(ring, "first", sound),
	HDT_HANDLER(ring, "second", sound),
	HDT_HANDLER(ring, "first", sound),
};

static int ring_test(unsigned int ms)
{
	return -EINVAL;	/* the tests need init */
}

static void __init try_entries(struct hdt_table *table)
{
	struct hdt_opts opts = {};

	note("init_text", ring_register(table, "key", in_init_text, NULL));
	note("data", ring_register(table, "key", (ring_fn)(void *)data, NULL));
	note("other_module", ring_register(table, "key", (ring_fn)(void *)hdt_table_put, NULL));
	note("kernel_text", ring_register(table, "key", (ring_fn)(void *)kthread_stop, NULL));
	note("no_entry", ring_register(table, "key", NULL, NULL));
	opts.release = (void (*)(void *))(void *)hdt_table_put;
	note("release_elsewhere", ring_register_opts(table, "key", sound, NULL, &opts));
}

static void __init try_ctx(struct hdt_table *table)
{
	struct hdt_opts opts = { .capture = data, .capture_size = sizeof(data) };
	char on_stack[16];

	note("ctx_on_stack", ring_register(table, "key", sound, on_stack));
	note("ctx_in_init_data", ring_register(table, "key", sound, init_data));
	note("ctx_and_capture", ring_register_opts(table, "key", sound, data, &opts));
	opts.capture_size = 0;
	note("capture_of_nothing", ring_register_opts(table, "key", sound, NULL, &opts));
}

static void __init try_keys(struct hdt_table *table)
{
	memset(long_key, 'x', sizeof(long_key) - 1);
	note("key_256", ring_register(table, long_key, sound, NULL));
	note("key_empty", ring_register(table, "", sound, NULL));
	note("key_null", ring_register(table, NULL, sound, NULL));
	note("key_taken", ring_register(table, "alpha", sound, NULL));
	note("key_twice", hdt_register_all(table, twice));
	note("rolled_back", ring_call(table, "second", NULL, 1));
	long_key[HDT_KEY_MAX] = '\0';
	note("key_255", ring_register(table, long_key, sound, NULL));
	note("key_255_called", ring_call(table, long_key, NULL, 1));
	note("key_255_removed", hdt_unregister(table, long_key));
}

static void __init try_opts(struct hdt_table *table)
{
	struct hdt_opts no_mode = { .mode = HDT_ONCE + 1 }, no_stack = { .stack_bytes = SZ_1M };

	note("mode", ring_register_opts(table, "key", sound, NULL, &no_mode));
	note("stack", ring_register_opts(table, "key", sound, NULL, &no_stack));
}

/* alpha and the table are other modules'. */
static void __init try_foreign(struct hdt_table *table)
{
	note("no_table", ring_register(NULL, "key", sound, NULL));
	note("error_table", ring_register(ERR_PTR(-ENOMEM), "key", sound, NULL));
	note("unregister_foreign", hdt_unregister(table, "alpha"));
	note("unregister_async_foreign", hdt_unregister_async(table, "alpha"));
	note("unregister_missing", hdt_unregister(table, "key"));
	note("destroy_foreign", hdt_table_destroy(table));
	note("replace_type", other_replace(table, "alpha", 0, other_type, NULL));
	note("replace_missing", ring_replace(table, "key", 0, sound, NULL));
	note("replace_version", ring_replace(table, "alpha", hdt_version(table, "alpha") ^ 2,
					     sound, NULL));
	note("foreign_is_sound", ring_call(table, "alpha", NULL, 1));
}

static void __init try_tables(void)
{
	const struct hdt_table_opts opts = { .max_handlers = 1 };
	struct hdt_table *small = hdt_table_create("ring-small", &opts);

	note("table_empty", PTR_ERR(hdt_table_create("", NULL)));
	note("table_taken", PTR_ERR(hdt_table_create("ring-small", NULL)));
	note("table_64", PTR_ERR(hdt_table_create(long_key + HDT_KEY_MAX - 64, NULL)));
	note("in_small", ring_register(small, "key", sound, NULL));
	note("in_full", ring_register(small, "key2", sound, NULL));
	note("destroy", hdt_table_destroy(small));
	note("table_gone", PTR_ERR(hdt_table_get("ring-small")));
}

static int __init ring_refuse_init(void)
{
	struct hdt_table *table = hdt_table_get("ring");

	try_entries(table);
	try_ctx(table);
	try_keys(table);
	try_opts(table);
	try_foreign(table);
	try_tables();
	note("nothing_left", ring_call(table, "key", NULL, 1));
	hdt_table_put(table);
	return 0;
}
module_init(ring_refuse_init);

static void __exit ring_refuse_exit(void)
{
}
module_exit(ring_refuse_exit);

MODULE_DESCRIPTION("hdt ring: what must be refused");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
