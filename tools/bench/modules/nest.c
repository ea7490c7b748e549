// SPDX-License-Identifier: GPL-2.0-only
/* Handlers that call handlers: stack for each level, and where hdt says no. */
#include <linux/slab.h>

#include "bench.h"

static void report(const struct bench_nest *nest)
{
	unsigned int levels = nest->deep - 1;

	pr_info("hdt_bench: {\"set\": \"nest\", \"deep\": %u, \"bytes\": %lu, \"stack\": %lu, \"err\": %d}\n",
		nest->deep, levels ? (nest->stack[0] - nest->stack[levels]) / levels : 0,
		THREAD_SIZE, nest->err);
}

int bench_nest(void)
{
	struct bench_nest *nest = kzalloc(sizeof(*nest), GFP_KERNEL);
	struct hdt_handler handler = {
		.sig = &bench_op_sig,
		.key = "GET:/api/u00/nesting",
		.entry = (hdt_entry_t)(void *)bench_nested,
		.ctx = nest,
	};
	u64 ret;
	int err;

	if (!nest)
		return -ENOMEM;
	nest->key = handler.key;
	nest->table = hdt_table_create("bench-nest", NULL);
	err = PTR_ERR_OR_ZERO(nest->table);
	if (err)
		goto out_free;
	err = bench_provide(nest->table, &handler, 1) ?:
	      bench_op_call(nest->table, handler.key, &ret, 0, 0);
	if (!err)
		report(nest);
	hdt_table_destroy(nest->table);
out_free:
	kfree(nest);
	return err;
}
