// SPDX-License-Identifier: GPL-2.0-only
/*
 * A site is bound in three steps: wait until nobody can be between the check of
 * an earlier binding and its call; patch the call; and, if the handler is still
 * the key's, publish the check that lets calls through. Only the last is done
 * under the table's lock, where whoever kills or replaces the handler unbinds
 * the site, before it waits for the calls that run (G1, G2, G3).
 */
#include <linux/workqueue.h>

#include "class.h"
#include "compat.h"
#include "desc.h"
#include "index.h"
#include "key.h"
#include "resolve.h"
#include "site.h"
#include "slots.h"
#include "source.h"

/* A site that changes hands all the time is patched ten times a second, no more. */
#define HDT_SITE_DELAY	(HZ / 10)

static LLIST_HEAD(asked);
/* One binder at a time. Of hdt's other locks only tables' are taken under it. */
static DEFINE_MUTEX(sites_mutex);

static void bind_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(binder, bind_work);

/* In a call: have @site bound to @table, unless it is another table's. */
static void ask(struct hdt_site *site, struct hdt_table *table, u64 sig)
{
	struct hdt_table *of;

	if (READ_ONCE(site->bound) || test_bit(0, &site->asked) ||
	    test_and_set_bit(0, &site->asked))
		return;
	/* Pairs with smp_store_release() in hdt_sites_forget(). */
	of = smp_load_acquire(&site->table);
	if (of && of != table) {
		clear_bit_unlock(0, &site->asked);
		return;
	}
	site->table = table;
	site->sig = sig;
	hdt_registry_get(to_registry(table));
	llist_add(&site->fresh, &asked);
	queue_delayed_work(hdt_workqueue, &binder, HDT_SITE_DELAY);
}

static u64 seal(const struct hdt_site *site)
{
	return hdt_site_seal(READ_ONCE(site->table), READ_ONCE(site->ctx),
			     READ_ONCE(site->state), READ_ONCE(site->stack));
}

static void unbind(struct hdt_site *site)
{
	if (!site->bound)
		return;
	WRITE_ONCE(site->bound, false);
	WRITE_ONCE(site->check, ~site->check);
}

void hdt_sites_unbind(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	struct hdt_site *site;

	lockdep_assert_held(&registry->lock);
	list_for_each_entry(site, &registry->sites, node)
		if (!desc || site->desc == desc)
			unbind(site);
}

/* A bound site whose copy does not match was written to by somebody else (G6). */
static bool broken(struct hdt_registry *registry, struct hdt_site *site)
{
	unsigned long flags;
	bool broken;

	if (!READ_ONCE(site->bound) || seal(site) == READ_ONCE(site->check))
		return false;
	raw_spin_lock_irqsave(&registry->lock, flags);
	broken = site->bound && seal(site) != site->check;
	if (broken) {
		WRITE_ONCE(site->bound, false);
		WRITE_ONCE(site->check, ~seal(site));
	}
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	return broken;
}

const struct hdt_desc *__hdt_enter_site(struct hdt_frame *frame, struct hdt_site *site,
					struct hdt_table *table,
					const struct hdt_signature *sig, u64 hash)
{
	const struct hdt_key *key = &site->key;
	const struct hdt_desc *desc;

	/* Two that do it at once store the same. */
	if (!READ_ONCE(key->hash))
		WRITE_ONCE(site->key.hash, hdt_hash(key->bytes, key->len));
	if (HDT_SITE_STATIC && READ_ONCE(site->table) == table && table &&
	    broken(to_registry(table), site))
		return ERR_PTR(hdt_refuse(HDT_BROKEN_SEAL, &(struct hdt_fault){
			.registry = to_registry(table), .key = key->bytes, .len = key->len,
			.sig = sig, .caller = _RET_IP_, .what = "call site" }));
	desc = hdt_enter_prepared(frame, table, key, sig, hash, _RET_IP_);
	/* Only the usual case can be bound: shared, in an atomic table that nobody observes. */
	if (HDT_SITE_STATIC && !IS_ERR(desc) && !frame->flags)
		ask(site, table, hash);
	return desc;
}
EXPORT_SYMBOL_HDT(__hdt_enter_site);

/* In the bracket and under the lock: what a site of this key may be bound to, or NULL. */
static const struct hdt_desc *eligible(struct hdt_registry *registry, const struct hdt_site *site)
{
	const struct hdt_index *index = hdt_dereference(registry, registry->table.index);
	const struct hdt_desc *desc;

	lockdep_assert_held(&registry->lock);
	/* Sleepable, dead, with statistics, observed: all calls go out of line. */
	if (registry->table.flags)
		return NULL;
	desc = hdt_index_find(index, site->key.hash, site->key.bytes, site->key.len);
	if (!desc || desc->meta & (HDT_F_UNSEALED | HDT_F_MODE) ||
	    !hdt_desc_intact(registry, desc) || desc->source->sig != site->sig ||
	    READ_ONCE(*desc->source->head.state) == MODULE_STATE_GOING)
		return NULL;
	return desc;
}

/* The code to patch in. It may go before it is: nothing calls it then. */
static void *find_entry(struct hdt_registry *registry, struct hdt_site *site)
{
	int idx = hdt_bracket_enter(registry);
	const struct hdt_desc *desc;
	void *entry = NULL;

	raw_spin_lock_irq(&registry->lock);
	if (!site->listed)
		list_add(&site->node, &registry->sites);
	site->listed = true;
	desc = eligible(registry, site);
	if (desc)
		entry = (void *)desc->entry;
	raw_spin_unlock_irq(&registry->lock);
	hdt_bracket_leave(registry, idx);
	return entry;
}

static void publish(struct hdt_registry *registry, struct hdt_site *site, const void *entry)
{
	int idx = hdt_bracket_enter(registry);
	const struct hdt_desc *desc;

	raw_spin_lock_irq(&registry->lock);
	desc = eligible(registry, site);
	if (desc && (void *)desc->entry == entry) {
		WRITE_ONCE(site->ctx, desc->ctx);
		WRITE_ONCE(site->state, desc->source->head.state);
		WRITE_ONCE(site->stack, hdt_meta_stack(desc->meta));
		WRITE_ONCE(site->desc, desc);
		/* No order is needed: a mixture of two bindings does not match. */
		WRITE_ONCE(site->check, hdt_site_seal(&registry->table, site->ctx, site->state,
						      site->stack));
		WRITE_ONCE(site->bound, true);
	}
	raw_spin_unlock_irq(&registry->lock);
	hdt_bracket_leave(registry, idx);
}

static void bind_site(struct hdt_site *site)
{
	struct hdt_registry *registry = to_registry(site->table);
	void *entry = find_entry(registry, site);

	if (entry) {
		__static_call_update(site->call, site->tramp, entry);
		publish(registry, site, entry);
	}
}

static void bind_work(struct work_struct *work)
{
	struct llist_node *batch, *at, *next;
	struct hdt_table *table;
	struct hdt_site *site;

	mutex_lock(&sites_mutex);
	batch = llist_del_all(&asked);
	/*
	 * These sites are not bound, so no call enters one; those that did before
	 * it was unbound are waited for. Pairs with the bracket in hdt_site_enter().
	 */
	if (batch)
		synchronize_rcu();
	llist_for_each_safe(at, next, batch) {
		site = llist_entry(at, struct hdt_site, fresh);
		table = site->table;
		bind_site(site);
		/* After all that was written here: pairs with test_and_set_bit(). */
		clear_bit_unlock(0, &site->asked);
		hdt_table_put(table);
	}
	mutex_unlock(&sites_mutex);
}

void hdt_sites_forget(struct hdt_registry *registry)
{
	struct hdt_site *site, *next;

	raw_spin_lock_irq(&registry->lock);
	list_for_each_entry_safe(site, next, &registry->sites, node) {
		unbind(site);
		list_del(&site->node);
		site->listed = false;
		/* The last access: pairs with smp_load_acquire() in ask(). */
		smp_store_release(&site->table, NULL);
	}
	raw_spin_unlock_irq(&registry->lock);
}

static void drop_from(struct hdt_registry *registry, const void *consumer)
{
	struct hdt_site *site, *next;

	raw_spin_lock_irq(&registry->lock);
	list_for_each_entry_safe(site, next, &registry->sites, node)
		if (site->consumer == consumer)
			list_del(&site->node);
	raw_spin_unlock_irq(&registry->lock);
}

void hdt_sites_drop(const struct module *consumer)
{
	/* Those that are still on their way get where they are looked for below. */
	flush_delayed_work(&binder);
	/* Also in tables that nobody holds any more, which are about to forget them. */
	hdt_tables_each(drop_from, consumer);
}
