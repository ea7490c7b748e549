// SPDX-License-Identifier: GPL-2.0-only
#include "batch.h"
#include "class.h"
#include "compat.h"
#include "desc.h"
#include "index.h"
#include "key.h"
#include "reaper.h"
#include "source.h"
#include "validate.h"

/*
 * Kill the handler of @key. Under the lock the one found is the current one: a
 * replace, which takes the lock too, is over or has not begun. The bracket
 * keeps what a report names.
 */
static int kill_key(struct hdt_registry *registry, const struct module *caller,
		    struct hdt_fault *fault)
{
	u64 hash = hdt_hash(fault->key, fault->len);
	enum hdt_reason reason = HDT_NR_FAULTS;
	int idx = hdt_bracket_enter(registry);
	const struct hdt_index *index;
	struct hdt_desc *desc;
	unsigned long flags;
	int err = 0;

	raw_spin_lock_irqsave(&registry->lock, flags);
	index = hdt_dereference(registry, registry->table.index);
	desc = hdt_index_find(index, hash, fault->key, fault->len);
	if (!desc || !hdt_batch_shows(registry, desc)) {
		fault->found = registry->nr_handlers;
		reason = HDT_NO_KEY;
	} else if (!hdt_desc_intact(registry, desc)) {
		reason = HDT_BROKEN_SEAL;
	} else if (desc->source->owner != caller && registry->creator != caller) {
		fault->source = desc->source;
		reason = HDT_NOT_OWNER;
	} else if (hdt_kill(registry, desc, 0)) {
		/* its seal is whole, but its key does not lead back to it */
		reason = HDT_BROKEN_SEAL;
	}
	raw_spin_unlock_irqrestore(&registry->lock, flags);
	if (reason != HDT_NR_FAULTS)
		err = hdt_refuse(reason, fault);
	hdt_bracket_leave(registry, idx);
	return err;
}

int __hdt_unregister(struct hdt_table *table, const char *key, struct module *caller)
{
	struct hdt_fault fault = { .module = caller, .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	int err;

	if (!registry)
		return -EINVAL;
	err = hdt_validate_key(key, &fault);
	if (err < 0)
		return err;
	err = hdt_reap_refuse(registry, &fault);
	if (err)
		return err;
	err = kill_key(registry, caller, &fault);
	if (err == -EKEYREJECTED)
		hdt_quarantine_all(registry);
	if (!err || err == -EKEYREJECTED)
		hdt_reap(registry);
	return err;
}
EXPORT_SYMBOL_HDT(__hdt_unregister);

int __hdt_unregister_async(struct hdt_table *table, const char *key, struct module *caller)
{
	struct hdt_fault fault = { .module = caller, .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	int err;

	if (!registry)
		return -EINVAL;
	if (in_nmi())
		return hdt_refuse(HDT_BAD_CONTEXT, &fault);
	err = hdt_validate_key(key, &fault);
	if (err < 0)
		return err;
	err = kill_key(registry, caller, &fault);
	if (!err)
		hdt_reap_async(registry);
	else if (err == -EKEYREJECTED)
		hdt_suspect(registry);
	return err;
}
EXPORT_SYMBOL_HDT(__hdt_unregister_async);

/**
 * hdt_unregister_all() - remove all handlers of a module, in one grace period
 * @table: their table
 * @owner: the module that calls, as THIS_MODULE
 *
 * Calls see all of them go at one moment. Also waits for what the module
 * removed asynchronously before. Nothing to remove is not an error.
 *
 * Context: Process context. May sleep. Waits for a grace period.
 * Return: 0, or
 *
 *  * -EINVAL - @table is NULL or an ERR_PTR()
 *  * -EDEADLK - called from inside a handler that the wait would wait for
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 */
int hdt_unregister_all(struct hdt_table *table, struct module *owner)
{
	struct hdt_fault fault = { .module = owner, .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	int err;

	if (!registry)
		return -EINVAL;
	err = hdt_reap_refuse(registry, &fault);
	if (err)
		return err;
	hdt_kill_all(registry, owner, false, NULL);
	hdt_reap(registry);
	return 0;
}
EXPORT_SYMBOL_HDT(hdt_unregister_all);
