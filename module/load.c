// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/jiffies.h>
#include <linux/kmod.h>

#include "class.h"
#include "compat.h"
#include "context.h"
#include "frame.h"
#include "index.h"
#include "table.h"
#include "validate.h"

static bool present(struct hdt_registry *registry, const char *key, size_t len)
{
	int idx = hdt_bracket_enter(registry);
	const struct hdt_desc *desc;
	bool found;

	desc = hdt_index_find(hdt_dereference(registry, registry->table.index),
			      hdt_hash(key, len), key, len);
	found = desc && !(READ_ONCE(desc->meta) & HDT_F_UNSEALED);
	hdt_bracket_leave(registry, idx);
	return found;
}

/* A collision of hashes costs a key a wait of HDT_MISS_SECONDS, no more. */
static bool missed_lately(struct hdt_registry *registry, u64 hash)
{
	bool missed;

	mutex_lock(&registry->mutex);
	missed = registry->misses.miss[hash % HDT_MISSES].hash == hash &&
		 time_before(jiffies, registry->misses.miss[hash % HDT_MISSES].until);
	mutex_unlock(&registry->mutex);
	return missed;
}

static void remember_miss(struct hdt_registry *registry, u64 hash)
{
	mutex_lock(&registry->mutex);
	registry->misses.miss[hash % HDT_MISSES].hash = hash;
	registry->misses.miss[hash % HDT_MISSES].until = jiffies + HDT_MISS_SECONDS * HZ;
	mutex_unlock(&registry->mutex);
}

/*
 * By the key's alias, then the table's. What request_module() returns does not
 * tell whether the key is there now (it may be positive, and 0 means little):
 * the table does.
 */
static bool load(struct hdt_registry *registry, const char *key, size_t len)
{
	request_module("hdt-%s-%s", registry->name, key);
	if (!present(registry, key, len))
		request_module("hdt-%s", registry->name);
	return present(registry, key, len);
}

/**
 * hdt_table_load() - have the provider of a key loaded, if it is missing
 * @table: a table created with &hdt_table_opts.autoload
 * @key: the key that a call did not find
 *
 * Asks user space for a module with the alias hdt-TABLE-KEY (HDT_PROVIDES_KEY())
 * and then hdt-TABLE (module_hdt_handlers()). A dispatch never does this: it
 * returns -ENOENT, and whoever may load modules decides. A key that nothing was
 * found for is not asked for again within ten seconds.
 *
 * Context: Process context. May sleep for as long as a module takes to load.
 * Not from inside a handler, nor from a module's init function.
 * Return: 0 if the key is registered now, or
 *
 *  * -EINVAL - bad argument, empty key
 *  * -ENAMETOOLONG - key longer than 255 bytes
 *  * -ENOENT - no module provides it
 *  * -EPERM - the task may not load modules (CAP_SYS_MODULE)
 *  * -EOPNOTSUPP - the table was not created with autoload, or called from inside
 *    a handler or where sleeping is not allowed
 */
int hdt_table_load(struct hdt_table *table, const char *key)
{
	struct hdt_fault fault = { .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	u64 hash;
	int len;

	if (!registry)
		return -EINVAL;
	len = hdt_validate_key(key, &fault);
	if (len < 0)
		return len;
	if (!registry->autoload || !hdt_may_sleep() || hdt_frame_inside()) {
		fault.what = registry->autoload ? "autoload" : "the table has no autoload";
		return hdt_refuse(HDT_BAD_CONTEXT, &fault);
	}
	if (present(registry, key, len))
		return 0;
	hash = hdt_hash(key, len);
	if (!missed_lately(registry, hash)) {
		if (!capable(CAP_SYS_MODULE)) {
			fault.what = "loading a provider takes CAP_SYS_MODULE";
			return hdt_refuse(HDT_NOT_PRIVILEGED, &fault);
		}
		if (load(registry, key, len))
			return 0;
		remember_miss(registry, hash);
	}
	return hdt_refuse(HDT_NO_KEY, &fault);
}
EXPORT_SYMBOL_HDT(hdt_table_load);
