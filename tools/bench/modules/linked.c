// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's other ways to call what is in another module. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <linux/tracepoint.h>

#include "bench.h"

/* ---- by name, at build time ------------------------------------------------ */

DEFINE_STATIC_CALL(bench_static, bench_fn_0);

BENCH_RUN(run_static_call, ret = static_call(bench_static)(world->target[0].ctx, i, BENCH_B))

const struct bench_peer bench_static_call = {
	.name = "static_call",
	.what = BENCH_BY_INDEX | BENCH_ONE_ONLY | BENCH_NO_MISS,
	.run = run_static_call,
};

static __always_inline u64 call_switch(u32 index, void *ctx, u64 a)
{
	switch (index) {
#define CASE(n) case 0x##n: return bench_fn_##n(ctx, a, BENCH_B);
	BENCH_NAMED(CASE)
	default: return 0;
	}
}

BENCH_RUN(run_switch, ret = call_switch(stage->index[i], world->target[stage->index[i]].ctx, i))

const struct bench_peer bench_switch = {
	.name = "switch over numbers",
	.what = BENCH_BY_INDEX | BENCH_NO_MISS,
	.max = 16,
	.run = run_switch,
};

/* ---- by name, at run time -------------------------------------------------- */

static __always_inline u64 call_symbol(void *ctx, u64 a)
{
	bench_op_fn fn = symbol_get(bench_fn_0);
	u64 ret = 0;

	if (fn) {
		ret = fn(ctx, a, BENCH_B);
		symbol_put(bench_fn_0);
	}
	return ret;
}

BENCH_RUN(run_symbol, ret = call_symbol(world->target[0].ctx, i))

const struct bench_peer bench_symbol = {
	.name = "symbol_get, call, symbol_put",
	.what = BENCH_BY_INDEX | BENCH_ONE_ONLY | BENCH_NO_MISS,
	.run = run_symbol,
};

/* Built in, the handlers have no module: then this one's counter stands for it. */
static struct module stand_in = {
	.state = MODULE_STATE_LIVE,
	.refcnt = ATOMIC_INIT(1),
};

static __always_inline u64 call_counted(struct module *owner, const struct bench_target *target,
					u64 a)
{
	u64 ret;

	if (!try_module_get(owner))
		return 0;
	ret = target->fn(target->ctx, a, BENCH_B);
	module_put(owner);
	return ret;
}

BENCH_RUN(run_module_get, ret = call_counted(bench_owner() ?: &stand_in,
					     &world->target[stage->index[i]], i))

const struct bench_peer bench_module_get = {
	.name = "try_module_get, call, module_put",
	.what = BENCH_BY_INDEX | BENCH_NO_MISS,
	.run = run_module_get,
};

/* ---- events ---------------------------------------------------------------- */

DECLARE_TRACE(bench_event, TP_PROTO(u64 a, u64 b, u64 *ret), TP_ARGS(a, b, ret));
DEFINE_TRACE(bench_event, TP_PROTO(u64 a, u64 b, u64 *ret), TP_ARGS(a, b, ret));

static int set_up_trace(struct bench_world *world)
{
	return register_trace_bench_event(bench_probe, world->target[0].ctx);
}

static void tear_down_trace(struct bench_world *world)
{
	unregister_trace_bench_event(bench_probe, world->target[0].ctx);
	tracepoint_synchronize_unregister();
}

BENCH_RUN(run_trace, trace_bench_event(i, BENCH_B, &ret))

const struct bench_peer bench_tracepoint = {
	.name = "tracepoint, one probe",
	.what = BENCH_BY_INDEX | BENCH_ONE_ONLY | BENCH_NO_MISS,
	.up = set_up_trace,
	.down = tear_down_trace,
	.run = run_trace,
};

/* ---- chains ---------------------------------------------------------------- */

static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static struct srcu_notifier_head srcu_chain;

enum { NOTIFY_ATOMIC = 4, NOTIFY_SRCU };

static int chain_add(int which, struct notifier_block *nb)
{
	return which == NOTIFY_ATOMIC ? atomic_notifier_chain_register(&atomic_chain, nb) :
					srcu_notifier_chain_register(&srcu_chain, nb);
}

static void chain_remove(int which, struct notifier_block *nb)
{
	if (which == NOTIFY_ATOMIC)
		atomic_notifier_chain_unregister(&atomic_chain, nb);
	else
		srcu_notifier_chain_unregister(&srcu_chain, nb);
}

static void tear_down(struct bench_world *world, int which)
{
	struct bench_listener *listener = world->priv[which];
	u32 i;

	for (i = 0; listener && i < world->nr; i++)
		if (listener[i].nb.notifier_call)
			chain_remove(which, &listener[i].nb);
	if (which == NOTIFY_SRCU)
		srcu_cleanup_notifier_head(&srcu_chain);
	kvfree(listener);
	world->priv[which] = NULL;
}

static int set_up(struct bench_world *world, int which)
{
	struct bench_listener *listener = kvcalloc(world->nr, sizeof(*listener), GFP_KERNEL);
	int err = 0;
	u32 i;

	if (!listener)
		return -ENOMEM;
	if (which == NOTIFY_SRCU)
		srcu_init_notifier_head(&srcu_chain);
	world->priv[which] = listener;
	for (i = 0; i < world->nr && !err; i++) {
		listener[i].key = bench_key(world, i);
		listener[i].ctx = world->target[i].ctx;
		listener[i].number = i % BENCH_FNS;
		listener[i].nb.notifier_call = bench_listen;
		err = chain_add(which, &listener[i].nb);
		if (err)
			listener[i].nb.notifier_call = NULL;
	}
	if (err)
		tear_down(world, which);
	return err;
}

static int set_up_atomic(struct bench_world *world) { return set_up(world, NOTIFY_ATOMIC); }
static void tear_down_atomic(struct bench_world *world) { tear_down(world, NOTIFY_ATOMIC); }
static int set_up_srcu(struct bench_world *world) { return set_up(world, NOTIFY_SRCU); }
static void tear_down_srcu(struct bench_world *world) { tear_down(world, NOTIFY_SRCU); }

#define NOTE { .key = stage->key[i], .a = i, .b = BENCH_B }

BENCH_RUN(run_atomic_chain, ({
	struct bench_note note = NOTE;

	atomic_notifier_call_chain(&atomic_chain, 0, &note);
	ret = note.ret;
}))

BENCH_RUN(run_srcu_chain, ({
	struct bench_note note = NOTE;

	srcu_notifier_call_chain(&srcu_chain, 0, &note);
	ret = note.ret;
}))

/* The member whose key it is answers and ends the walk. */
const struct bench_peer bench_atomic_chain = {
	.name = "atomic notifier chain",
	.what = BENCH_BY_KEY,
	.max = 100,
	.up = set_up_atomic,
	.down = tear_down_atomic,
	.run = run_atomic_chain,
};

const struct bench_peer bench_srcu_chain = {
	.name = "SRCU notifier chain",
	.what = BENCH_BY_KEY,
	.max = 100,
	.up = set_up_srcu,
	.down = tear_down_srcu,
	.run = run_srcu_chain,
};
