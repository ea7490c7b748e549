// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "batch.h"
#include "class.h"
#include "compat.h"
#include "context.h"
#include "desc.h"
#include "index.h"
#include "reaper.h"
#include "slots.h"
#include "source.h"
#include "stats.h"
#include "trace.h"
#include "validate.h"

/* One call of __hdt_register(). */
struct batch {
	struct hdt_registry *registry;
	const struct hdt_handler *handlers;
	size_t nr;
	struct module *owner;
	struct hdt_desc **descs;
	size_t nr_descs;		/* allocated */
	size_t nr_inserted;		/* of these; the table's from then on */
	struct hdt_fault fault;
};

static int refuse(struct batch *batch, enum hdt_reason reason)
{
	return hdt_refuse(reason, &batch->fault);
}

static int alloc_descs(struct batch *batch)
{
	struct hdt_desc *desc;

	batch->descs = kvmalloc_array(batch->nr, sizeof(*batch->descs), GFP_KERNEL);
	if (!batch->descs)
		return -ENOMEM;
	for (; batch->nr_descs < batch->nr; batch->nr_descs++) {
		desc = hdt_desc_alloc(&batch->handlers[batch->nr_descs], GFP_KERNEL);
		if (!desc)
			return -ENOMEM;
		batch->descs[batch->nr_descs] = desc;
		cond_resched();
	}
	return 0;
}

/* The source for a handler of @sig, with a reference for its descriptor. */
static struct hdt_source *get_source(struct batch *batch, const struct hdt_signature *sig)
{
	struct hdt_registry *registry = batch->registry;
	struct hdt_source *source, *fresh;
	u64 hash = hdt_signature_hash(sig);

	raw_spin_lock_irq(&registry->lock);
	source = hdt_source_find(registry, hash, batch->owner);
	if (source)
		source->refs++;
	raw_spin_unlock_irq(&registry->lock);
	if (source)
		return source;

	fresh = hdt_source_alloc(sig, batch->owner, GFP_KERNEL);
	if (!fresh)
		return NULL;
	/* A replace may have added the same meanwhile: two are as good as one. */
	raw_spin_lock_irq(&registry->lock);
	fresh->refs = 1;
	hdt_source_add(registry, fresh);
	raw_spin_unlock_irq(&registry->lock);
	return fresh;
}

/*
 * Room for what @desc's key displaces: a dead one that waits for the reaper, or
 * one that was overwritten. What is found stays allocated under the mutex.
 */
static int make_way(struct batch *batch, const struct hdt_desc *desc)
{
	struct hdt_registry *registry = batch->registry;
	const struct hdt_index *index = hdt_dereference(registry, registry->table.index);
	size_t len = hdt_desc_len(desc);
	struct hdt_desc *there;
	bool dead, intact;

	there = hdt_index_find(index, hdt_hash(desc->key, len), desc->key, len);
	if (!there)
		return 0;
	batch->fault.key = desc->key;
	batch->fault.len = len;
	/* Under the lock: a kill puts its link where the tag was. */
	raw_spin_lock_irq(&registry->lock);
	dead = there->meta & HDT_F_DEAD;
	intact = !dead && hdt_desc_intact(registry, there);
	raw_spin_unlock_irq(&registry->lock);
	if (intact) {
		batch->fault.source = there->source;
		return refuse(batch, HDT_KEY_TAKEN);
	}
	if (dead) {
		hdt_unlink(registry, there);
	} else {
		refuse(batch, HDT_BROKEN_SEAL);
		hdt_kill_or_quarantine(registry, there, 0);
	}
	return 0;
}

/* Put @desc where dispatches find it, pending: see batch.h. */
static int insert(struct batch *batch, struct hdt_desc *desc, struct hdt_source *source)
{
	struct hdt_registry *registry = batch->registry;
	int err;

	raw_spin_lock_irq(&registry->lock);
	hdt_slots_take(registry, desc);
	hdt_desc_seal(desc, source);
	desc->meta |= HDT_F_PENDING;
	raw_spin_unlock_irq(&registry->lock);

	err = hdt_index_insert(registry, desc);

	raw_spin_lock_irq(&registry->lock);
	if (!err) {
		hdt_slots_publish(registry, desc);
		registry->nr_handlers++;
	} else {
		/* Nobody has seen it. */
		hdt_slots_release(registry, desc);
	}
	raw_spin_unlock_irq(&registry->lock);
	if (!err)
		return 0;
	hdt_source_put(registry, source);
	if (err != -ENOSPC)
		return err;
	batch->fault.what = "too many keys that collide";
	return refuse(batch, HDT_TABLE_FULL);
}

static int admit(struct batch *batch)
{
	struct hdt_registry *registry = batch->registry;
	int err;

	if (registry->table.flags & HDT_TABLE_DEAD)
		return refuse(batch, HDT_NO_TABLE);
	/*
	 * Under the mutex, so that a sweep that came before this was preceded by
	 * GOING, which is seen here; and one that comes later finds the handlers.
	 */
	if (batch->owner && !module_is_live(batch->owner))
		return refuse(batch, HDT_OWNER_GOING);
	if (batch->nr > registry->max_handlers - min(registry->max_handlers,
						     registry->nr_handlers)) {
		batch->fault.expected = registry->max_handlers;
		batch->fault.found = registry->nr_handlers + batch->nr;
		return refuse(batch, HDT_TABLE_FULL);
	}
	err = hdt_slots_reserve(registry, batch->nr);
	if (!err)
		err = hdt_index_reserve(registry, batch->nr);
	if (!err)
		err = hdt_stats_reserve(registry);
	return err;
}

/* Take back what insert() did; whoever met one in the index saw it pending. */
static void undo(struct batch *batch)
{
	struct hdt_registry *registry = batch->registry;
	size_t i;

	for (i = 0; i < batch->nr_inserted; i++)
		hdt_kill_or_quarantine(registry, batch->descs[i], HDT_F_UNSEEN);
}

static int insert_all(struct batch *batch)
{
	struct hdt_source *source;
	struct hdt_desc *desc;
	int err;

	for (; batch->nr_inserted < batch->nr; cond_resched()) {
		desc = batch->descs[batch->nr_inserted];
		err = make_way(batch, desc);
		if (err)
			return err;
		source = get_source(batch, batch->handlers[batch->nr_inserted].sig);
		if (!source)
			return -ENOMEM;
		err = insert(batch, desc, source);
		if (err)
			return err;
		batch->nr_inserted++;
	}
	return 0;
}

/* G1: from the first store on, all of them; before it, none. */
static void publish(struct batch *batch)
{
	struct hdt_registry *registry = batch->registry;
	size_t i;

	hdt_batch_set_visible(registry, 1);
	for (i = 0; i < batch->nr; i++) {
		struct hdt_desc *desc = batch->descs[i];

		trace_hdt_register(registry->name, desc, batch->owner);
		raw_spin_lock_irq(&registry->lock);
		/* It may have been called and killed already. */
		WRITE_ONCE(desc->meta, desc->meta & ~HDT_F_PENDING);
		raw_spin_unlock_irq(&registry->lock);
	}
	hdt_batch_set_visible(registry, 0);
}

static int validate_all(struct batch *batch)
{
	size_t i;
	int err;

	for (i = 0; i < batch->nr; i++) {
		err = hdt_validate(&batch->handlers[i], batch->owner, &batch->fault);
		if (err)
			return err;
	}
	return 0;
}

/*
 * A failed registration has taken over every ctx all the same, so that release
 * runs once whatever the outcome, as with devm_add_action_or_reset(). What was
 * inserted is the reaper's; the rest is released from here.
 */
static void give_up(struct batch *batch)
{
	struct hdt_registry *registry = batch->registry;
	size_t i;

	for (i = batch->nr_inserted; i < batch->nr_descs; i++)
		hdt_desc_free(batch->descs[i]);
	for (i = batch->nr_inserted; i < batch->nr; i++)
		hdt_handler_release(&batch->handlers[i], batch->owner);
	if (!batch->nr_inserted)
		return;
	if (hdt_reap_allowed(registry))
		hdt_reap(registry);
	else
		hdt_reap_async(registry);
}

static int register_batch(struct batch *batch)
{
	struct hdt_registry *registry = batch->registry;
	int err;

	err = validate_all(batch);
	if (err)
		return err;
	err = alloc_descs(batch);
	if (err)
		return err;

	mutex_lock(&registry->mutex);
	err = admit(batch);
	if (!err)
		err = insert_all(batch);
	if (!err)
		publish(batch);
	else
		undo(batch);
	mutex_unlock(&registry->mutex);
	return err;
}

int __hdt_register(struct hdt_table *table, const struct hdt_handler *handlers, size_t nr,
		   struct module *owner)
{
	struct batch batch = {
		.handlers = handlers,
		.nr = nr,
		.owner = owner,
		.fault = { .module = owner, .caller = _RET_IP_ },
	};
	int err;

	if (!hdt_may_sleep())
		return hdt_refuse(HDT_BAD_CONTEXT, &batch.fault);
	if (!handlers || !nr) {
		batch.fault.what = "no handlers";
		return hdt_refuse(HDT_BAD_ARGUMENT, &batch.fault);
	}
	batch.registry = hdt_registry_of(table, &batch.fault);
	err = batch.registry ? register_batch(&batch) : -EINVAL;
	if (err)
		give_up(&batch);
	kvfree(batch.descs);
	return err;
}
EXPORT_SYMBOL_HDT(__hdt_register);
