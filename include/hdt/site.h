/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt - fixed call sites: one place in the code, one key, the price of a
 * direct call and a few compares.
 *
 * Where the kernel has static calls, a site that was called once is bound to
 * its handler: the call instruction in the consumer's text is patched, and
 * what else the call needs is copied into the site. Whatever happens to the
 * handler - a replace, a removal, a destroyed table - unbinds the site by one
 * store, as it kills a descriptor; until it is bound again a call goes by key.
 * Where there are no static calls, every call goes by key, with its hash known.
 *
 * The rules are those of every dispatch: see module/site.c for how they are
 * kept, and Documentation/guarantees.rst.
 */
#ifndef HDT_SITE_H
#define HDT_SITE_H

#include <linux/list.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/static_call.h>

#include <hdt/dispatch.h>
#include <hdt/types.h>

/*
 * For its tests hdt makes do with the kernel's stand-in, a pointer, in User-mode
 * Linux: that has one CPU, and switches tasks where it is asked to, so that the
 * pointer may be read before the check.
 */
#if defined(CONFIG_HAVE_STATIC_CALL) ||						\
	(defined(CONFIG_UML) && defined(CONFIG_HDT_KUNIT_TEST))
#define HDT_SITE_STATIC	1
#else
#define HDT_SITE_STATIC	0
#endif

/*
 * What a call reads is in the first line. The rest is hdt's, under the table's
 * lock; see module/site.c.
 */
struct hdt_site {
	u64 check;			/* hdt_site_seal() of the next four: bound */
	void *ctx;
	const enum module_state *state;	/* the owner's */
	unsigned long stack;		/* bytes that have to be left */
	const struct hdt_desc *desc;	/* for who looks at the frame */

	struct hdt_key key;
	struct module *consumer;
	struct static_call_key *call;
	void *tramp;
	struct hdt_table *table;	/* whose site this is */
	u64 sig;
	unsigned long asked;		/* bit 0: on its way to be bound */
	bool bound;
	bool listed;
	struct llist_node fresh;
	struct list_head node;		/* in the table's sites, if listed */
} ____cacheline_aligned;

const struct hdt_desc *__hdt_enter_site(struct hdt_frame *frame, struct hdt_site *site,
					struct hdt_table *table,
					const struct hdt_signature *sig, u64 hash);

/* As hdt_seal(), for a site's copy of what a call relies on. The entry is in its text. */
static __always_inline u64 hdt_site_seal(const struct hdt_table *table, const void *ctx,
					 const enum module_state *state, unsigned long stack)
{
	const u64 *k = hdt_secret.site;

	return hdt_mum((unsigned long)ctx ^ k[0], ((unsigned long)state ^ k[1]) + (stack << 48)) ^
	       (unsigned long)table;
}

/*
 * A site's own bracket. RCU waits for regions that cannot be preempted as for
 * its readers, and a counter costs less than two calls; where handlers may be
 * preempted by right, or lockdep wants to see readers, it is the ordinary one.
 */
static __always_inline void hdt_site_lock(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) || IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_lock();
	else
		preempt_disable();
}

static __always_inline void hdt_site_unlock(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) || IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_unlock();
	else
		preempt_enable();
}

/*
 * May the patched call run? What is read may be of two bindings: then the seal
 * does not match. That the call instruction is of the same binding as what is
 * read is the binder's care: it patches only what nobody can be about to call.
 * In an interrupt a call goes by key, which can tell how much of its stack is
 * left.
 */
static __always_inline bool hdt_site_enter(struct hdt_frame *frame, struct hdt_site *site,
					   struct hdt_table *table, void **ctx)
{
	const enum module_state *state;
	unsigned long stack;

	if (!HDT_SITE_STATIC)
		return false;
	hdt_site_lock();
	*ctx = READ_ONCE(site->ctx);
	state = READ_ONCE(site->state);
	stack = READ_ONCE(site->stack);
	if (likely(hdt_site_seal(table, *ctx, state, stack) == READ_ONCE(site->check)) &&
	    likely(READ_ONCE(*state) != MODULE_STATE_GOING) &&
	    likely(!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))) &&
	    likely((current_stack_pointer & (THREAD_SIZE - 1)) >= stack)) {
		hdt_frame_open(frame, table, READ_ONCE(site->desc), 0);
		return true;
	}
	hdt_site_unlock();
	return false;
}

static __always_inline void hdt_site_leave(struct hdt_frame *frame)
{
	WRITE_ONCE(frame->magic, 0);
	hdt_site_unlock();
}

#if HDT_SITE_STATIC
#define __HDT_SITE_CALL(name, site)						\
	DEFINE_STATIC_CALL_NULL(hdt_site_##site, *(name##_fn)NULL)
#define __HDT_SITE_CALL_INIT(site)						\
	.call = &STATIC_CALL_KEY(hdt_site_##site),				\
	.tramp = STATIC_CALL_TRAMP_ADDR(hdt_site_##site),
#define __HDT_SITE_TARGET(site)	static_call(hdt_site_##site)
#else
#define __HDT_SITE_CALL(name, site) static_assert(1)
#define __HDT_SITE_CALL_INIT(site)
#define __HDT_SITE_TARGET(site)	NULL
#endif

/**
 * HDT_CALL_SITE() - declare a fixed call site
 * @name: the signature's name
 * @site: the site's name, unique in its module
 * @_key: the key, a string literal
 *
 * At file scope of the consumer. To be called with hdt_call_site(), from any
 * number of places, but for one table: a call with another table goes by key.
 */
#define HDT_CALL_SITE(name, site, _key)						\
	__HDT_SITE_CALL(name, site);						\
	static name##_site hdt_site_##site = { {				\
		.key = { .bytes = __HDT_KEY_CHECKED(_key), .len = sizeof(_key) - 1 },	\
		.consumer = THIS_MODULE,					\
		__HDT_SITE_CALL_INIT(site)					\
	} }

/**
 * hdt_call_site() - call the handler of a fixed call site
 * @name: the signature's name
 * @site: what HDT_CALL_SITE() declared
 * @table: where the handler is
 * @...: as for NAME_call(), after the key
 *
 * Does what NAME_call() does with the site's key. Where the kernel has static
 * calls and the table is atomic, the first call asks for the site to be bound,
 * which takes some tens of milliseconds; from then on a call costs little more
 * than a direct one. A bound handler runs with preemption disabled, but under
 * PREEMPT_RT.
 *
 * Context: as NAME_call().
 * Return: as NAME_call().
 */
#define hdt_call_site(name, site, table, ...)					\
	name##_call_at(&hdt_site_##site, __HDT_SITE_TARGET(site), table, ##__VA_ARGS__)

#endif /* HDT_SITE_H */
