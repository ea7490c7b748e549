// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "batch.h"
#include "class.h"
#include "compat.h"
#include "context.h"
#include "desc.h"
#include "index.h"
#include "key.h"
#include "reaper.h"
#include "site.h"
#include "slots.h"
#include "source.h"
#include "trace.h"
#include "validate.h"

/*
 * One replacement. The new descriptor takes the old one's slot, generation and
 * place in the index by one store each: there is no moment without a handler,
 * a call runs one descriptor or the other (G1), and handles to the key keep
 * leading to it. The old one is not killed: nobody can reach it who does not
 * have it in hand already, and those are waited for.
 */
struct replacement {
	struct hdt_registry *registry;
	const struct hdt_handler *handler;
	struct module *owner;
	u64 version;			/* 0: any */
	struct hdt_desc *old;
	struct hdt_desc *new;
	struct hdt_source *source;	/* in case the table has none yet */
	struct retired *retired;	/* if the caller cannot wait */
	struct hdt_fault fault;
};

/* An old descriptor on its way to the reaper, when the caller cannot take it there. */
struct retired {
	struct rcu_head rcu;
	struct hdt_registry *registry;	/* a reference */
	struct hdt_desc *desc;
};

static int alloc(struct replacement *r, bool may_wait)
{
	gfp_t gfp = may_wait ? GFP_KERNEL : GFP_ATOMIC;

	r->new = hdt_desc_alloc(r->handler, gfp);
	r->source = hdt_source_alloc(r->handler->sig, r->owner, gfp);
	if (!may_wait)
		r->retired = kmalloc(sizeof(*r->retired), gfp);
	return r->new && r->source && (may_wait || r->retired) ? 0 : -ENOMEM;
}

/* Under the lock: may @old be replaced? HDT_NR_FAULTS if so. */
static enum hdt_reason judge(struct replacement *r, struct hdt_desc *old)
{
	struct hdt_registry *registry = r->registry;

	if (registry->table.flags & HDT_TABLE_DEAD)
		return HDT_NO_TABLE;
	/* Under the lock: see hdt_owner_going(). */
	if (r->owner && !module_is_live(r->owner))
		return HDT_OWNER_GOING;
	if (!old || !hdt_batch_shows(registry, old)) {
		r->fault.found = registry->nr_handlers;
		return HDT_NO_KEY;
	}
	if (!hdt_desc_intact(registry, old) || !hdt_slots_holds(registry, old))
		return HDT_BROKEN_SEAL;
	r->fault.source = old->source;
	if (old->source->sig != r->source->sig) {
		r->fault.found = r->source->sig;
		return HDT_BAD_SIGNATURE;
	}
	if (r->version && r->version != hdt_desc_version(old)) {
		r->fault.expected = hdt_desc_version(old);
		r->fault.found = r->version;
		return HDT_STALE_VERSION;
	}
	return HDT_NR_FAULTS;
}

/* Under the lock. */
static void swap_in(struct replacement *r, struct hdt_desc *old)
{
	struct hdt_registry *registry = r->registry;
	struct hdt_desc *new = r->new;
	struct hdt_source *source;
	u32 revision;

	source = hdt_source_find(registry, r->source->sig, r->owner);
	if (!source) {
		source = r->source;
		r->source = NULL;
		hdt_source_add(registry, source);
	}
	source->refs++;

	revision = (old->meta + (1U << HDT_META_REV_SHIFT)) & HDT_META_REV;
	new->handle = old->handle;
	new->meta = (new->meta & ~HDT_META_REV) | revision;
	hdt_desc_seal(new, source);
	hdt_index_swap(registry, old, new);
	hdt_slots_publish(registry, new);
	hdt_sites_unbind(registry, old);
	/* Whoever has the old one in hand may call it, whatever becomes of its batch. */
	WRITE_ONCE(old->meta, old->meta & ~HDT_F_PENDING);
	r->old = old;
}

/* In the bracket, which keeps what a report or an event names. */
static int exchange(struct replacement *r)
{
	struct hdt_registry *registry = r->registry;
	const char *key = r->handler->key;
	const struct hdt_index *index;
	size_t len = strlen(key);
	u64 hash = hdt_hash(key, len);
	enum hdt_reason reason;
	struct hdt_desc *old;
	unsigned long flags;

	raw_spin_lock_irqsave(&registry->lock, flags);
	index = hdt_dereference(registry, registry->table.index);
	old = hdt_index_find(index, hash, key, len);
	reason = judge(r, old);
	if (reason == HDT_NR_FAULTS)
		swap_in(r, old);
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	if (reason != HDT_NR_FAULTS)
		return hdt_refuse(reason, &r->fault);
	trace_hdt_register(registry->name, r->new, r->owner);
	r->new = NULL;
	return 0;
}

/* After a grace period: nobody reads the tag, where the dead list's link goes. */
static void retire_rcu(struct rcu_head *head)
{
	struct retired *retired = container_of(head, struct retired, rcu);
	struct hdt_registry *registry = retired->registry;
	unsigned long flags;

	raw_spin_lock_irqsave(&registry->lock, flags);
	retired->desc->next_dead = registry->dead;
	registry->dead = retired->desc;
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	/* After it is on the list: hdt_reap() asks the one, then takes the other. */
	atomic_dec(&registry->retiring);
	hdt_reap_async(registry);
	hdt_table_put(&registry->table);
	kfree(retired);
}

static void retire_async(struct replacement *r)
{
	struct retired *retired = r->retired;

	r->retired = NULL;
	hdt_registry_get(r->registry);
	retired->registry = r->registry;
	retired->desc = r->old;
	hdt_class_call(r->registry, &retired->rcu, retire_rcu);
}

/* The reap_mutex tells a sweep that the old handler's release has yet to run. */
static int replace_and_wait(struct replacement *r)
{
	struct hdt_registry *registry = r->registry;
	u64 began = ktime_get_ns(), grace = 0;
	int idx, err;

	mutex_lock(&registry->reap_mutex);
	idx = hdt_bracket_enter(registry);
	err = exchange(r);
	hdt_bracket_leave(registry, idx);
	if (!err) {
		grace = hdt_grace(registry);	/* G2, G3 */
		/* Who found it under the mutex, in no bracket, has left it now. */
		mutex_lock(&registry->mutex);
		mutex_unlock(&registry->mutex);
		hdt_dispose(registry, r->old, grace);
	}
	mutex_unlock(&registry->reap_mutex);
	if (!err)
		trace_hdt_wait(registry->name, 1, grace, ktime_get_ns() - began);
	return err;
}

/* So does the counter, where one cannot wait: see hdt_reap(). */
static int replace_in_place(struct replacement *r)
{
	struct hdt_registry *registry = r->registry;
	int idx, err;

	idx = hdt_bracket_enter(registry);
	atomic_inc(&registry->retiring);
	err = exchange(r);
	if (!err)
		retire_async(r);
	else
		atomic_dec(&registry->retiring);
	hdt_bracket_leave(registry, idx);
	return err;
}

static int replace(struct replacement *r, bool may_wait)
{
	int err = alloc(r, may_wait);

	if (err)
		return err;
	return may_wait ? replace_and_wait(r) : replace_in_place(r);
}

int __hdt_replace(struct hdt_table *table, const struct hdt_handler *handler, u64 version,
		  struct module *owner)
{
	struct replacement r = {
		.handler = handler,
		.owner = owner,
		.version = version,
		.fault = { .module = owner, .caller = _RET_IP_ },
	};
	int err;

	r.registry = hdt_registry_of(table, &r.fault);
	if (!r.registry) {
		err = -EINVAL;
	} else if (in_nmi()) {
		err = hdt_refuse(HDT_BAD_CONTEXT, &r.fault);
	} else {
		err = hdt_validate(handler, owner, &r.fault);
		if (!err)
			err = replace(&r, hdt_reap_allowed(r.registry));
	}
	/* Release is for process context: elsewhere a failure leaves ctx the caller's. */
	if (err && hdt_may_sleep())
		hdt_handler_release(handler, owner);
	if (r.new)
		hdt_desc_free(r.new);
	kfree(r.source);
	kfree(r.retired);
	return err;
}
EXPORT_SYMBOL_HDT(__hdt_replace);

/**
 * hdt_version() - what NAME_replace() compares with
 * @table: a table
 * @key: a key
 *
 * Context: Any but NMI; for a sleepable table, where sleeping is allowed.
 * Return: a cookie that changes with each replacement (and repeats, for the
 * same handler, after 256 of them), or 0 if there is no such handler.
 */
u64 hdt_version(struct hdt_table *table, const char *key)
{
	size_t len = key ? strnlen(key, HDT_KEY_MAX + 1) : 0;
	struct hdt_registry *registry;
	const struct hdt_desc *desc;
	u64 version = 0;
	u32 meta;
	int idx;

	if (IS_ERR_OR_NULL(table) || !len || len > HDT_KEY_MAX || in_nmi())
		return 0;
	registry = to_registry(table);
	idx = hdt_bracket_enter(registry);
	desc = hdt_index_find(hdt_dereference(registry, table->index),
			      hdt_hash(key, len), key, len);
	if (desc) {
		version = hdt_desc_version(desc);
		/* Pairs with smp_wmb() in hdt_kill(): the tag read was a tag. */
		smp_rmb();
		meta = READ_ONCE(desc->meta);
		if (meta & HDT_F_DEAD ||
		    (meta & HDT_F_PENDING && !hdt_batch_admits(registry, desc, &meta)))
			version = 0;
	}
	hdt_bracket_leave(registry, idx);
	return version;
}
EXPORT_SYMBOL_HDT(hdt_version);
