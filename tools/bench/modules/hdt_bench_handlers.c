// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handlers of hdt_bench: in a module of their own, so that the compiler
 * cannot see from a call what is called, and hdt has another owner to check.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "bench.h"

#define FN(n)								\
u64 bench_fn_##n(void *ctx, u64 a, u64 b)				\
{									\
	return ((struct bench_ctx *)ctx)->value + (a ^ 0x##n) + b;	\
}									\
static void boxed_##n(void *ctx, struct bench_box *box)			\
{									\
	box->ret = ((struct bench_ctx *)ctx)->value + (box->a ^ 0x##n) + box->b;	\
}
#define ROW(m, r) m(r##0) m(r##1) m(r##2) m(r##3) m(r##4) m(r##5) m(r##6) m(r##7)	\
		  m(r##8) m(r##9) m(r##a) m(r##b) m(r##c) m(r##d) m(r##e) m(r##f)
#define ROW0(m) BENCH_NAMED(m)
#define ALL(m) ROW0(m) ROW(m, 1) ROW(m, 2) ROW(m, 3) ROW(m, 4) ROW(m, 5) ROW(m, 6) ROW(m, 7) \
	ROW(m, 8) ROW(m, 9) ROW(m, a) ROW(m, b) ROW(m, c) ROW(m, d) ROW(m, e) ROW(m, f)
#define ADDRESS(n) bench_fn_##n,
#define BOXED(n) boxed_##n,

ALL(BENCH_DECLARE)
ALL(FN)

#define EXPORT(n) EXPORT_SYMBOL_GPL(bench_fn_##n);
BENCH_NAMED(EXPORT)

const bench_op_fn bench_fns[BENCH_FNS] = { ALL(ADDRESS) };
EXPORT_SYMBOL_GPL(bench_fns);
const bench_boxed_fn bench_boxed_fns[BENCH_FNS] = { ALL(BOXED) };
EXPORT_SYMBOL_GPL(bench_boxed_fns);

/* One change of a table under load: another ctx for a key, or the key gone and back. */
int bench_change(struct hdt_table *table, const char *key, const struct bench_target *target,
		 bool replace)
{
	int err;

	if (replace)
		return bench_op_replace(table, key, 0, target->fn, target->ctx);
	err = hdt_unregister_async(table, key);
	return err ?: bench_op_register(table, key, target->fn, target->ctx);
}
EXPORT_SYMBOL_GPL(bench_change);

u64 bench_nested(void *ctx, u64 a, u64 b)
{
	struct bench_nest *nest = ctx;
	u64 ret = 0;

	nest->stack[nest->deep++] = current_stack_pointer;
	if (nest->deep == BENCH_NEST_MAX)
		return a;
	nest->err = bench_op_call(nest->table, nest->key, &ret, a, b);
	return ret;
}
EXPORT_SYMBOL_GPL(bench_nested);

int bench_listen(struct notifier_block *nb, unsigned long action, void *data)
{
	struct bench_listener *me = container_of(nb, struct bench_listener, nb);
	struct bench_note *note = data;

	if (strcmp(me->key, note->key))
		return NOTIFY_DONE;
	note->ret = me->ctx->value + (note->a ^ me->number) + note->b;
	return NOTIFY_STOP;
}
EXPORT_SYMBOL_GPL(bench_listen);

void bench_probe(void *ctx, u64 a, u64 b, u64 *ret)
{
	*ret = bench_fn_0(ctx, a, b);
}
EXPORT_SYMBOL_GPL(bench_probe);

struct module *bench_owner(void)
{
	return THIS_MODULE;
}
EXPORT_SYMBOL_GPL(bench_owner);

/* hdt_register_all() wants an array whose size the compiler knows. */
int bench_provide(struct hdt_table *table, const struct hdt_handler *handlers, size_t nr)
{
	return __hdt_register(table, handlers, nr, THIS_MODULE);
}
EXPORT_SYMBOL_GPL(bench_provide);

int bench_withdraw(struct hdt_table *table)
{
	return hdt_unregister_all(table, THIS_MODULE);
}
EXPORT_SYMBOL_GPL(bench_withdraw);

MODULE_DESCRIPTION("Handlers of hdt_bench");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(HDT);
