// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides as many handlers as it is told, in one batch, for whoever looks at them.
 * The first 255 keys have each byte once; the others are like GET:/api/u9f/12345.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "ring.h"

static unsigned int nr = 1000;
module_param(nr, uint, 0400);

static char *table_name = "ring";
module_param_named(table, table_name, charp, 0400);

#define KEY	24

static struct hdt_table *table;
static struct hdt_handler *handlers;
static char (*keys)[KEY];

static int answer(void *ctx, u32 arg)
{
	return RING_ANSWER(arg);
}

static const struct hdt_handler pattern = HDT_HANDLER(ring, "many", answer);

static void make_handler(unsigned int i)
{
	if (i < 255)
		scnprintf(keys[i], KEY, "byte %c.", i + 1);
	else
		scnprintf(keys[i], KEY, "GET:/api/u%02x/%u", i % 251, i);
	handlers[i] = pattern;
	handlers[i].key = keys[i];
}

static int __init ring_many_init(void)
{
	unsigned int i;
	int err = -ENOMEM;

	table = hdt_table_get(table_name);
	if (IS_ERR(table))
		return PTR_ERR(table);
	handlers = vmalloc(array_size(nr, sizeof(*handlers)));
	keys = vmalloc(array_size(nr, KEY));
	if (handlers && keys) {
		for (i = 0; i < nr; i++)
			make_handler(i);
		err = __hdt_register(table, handlers, nr, THIS_MODULE);
	}
	/* hdt has copies of what it needs. */
	vfree(handlers);
	vfree(keys);
	if (err)
		hdt_table_put(table);
	return err;
}
module_init(ring_many_init);

static void __exit ring_many_exit(void)
{
	hdt_unregister_all(table, THIS_MODULE);
	hdt_table_put(table);
}
module_exit(ring_many_exit);

MODULE_DESCRIPTION("hdt ring: many handlers");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
