// SPDX-License-Identifier: GPL-2.0-only
/* A table's keys, for a consumer that makes something of them. */
#include <linux/sched.h>
#include <linux/string.h>

#include "class.h"
#include "compat.h"
#include "context.h"
#include "desc.h"
#include "resolve.h"
#include "slots.h"

/*
 * The key of what is in @slot: its length, 0 if there is none, or -ENOENT past
 * the last slot. The bracket keeps it while it is copied, and no longer.
 */
static int copy_key(struct hdt_registry *registry, u32 slot, char *key)
{
	const struct hdt_handle handle = { slot };
	const struct hdt_slots *slots;
	const struct hdt_desc *desc;
	int idx, len = -ENOENT;
	unsigned long word;
	u32 meta;

	idx = hdt_bracket_enter(registry);
	slots = hdt_dereference(registry, registry->table.slots);
	if (slot <= slots->mask) {
		len = 0;
		word = hdt_slots_word(slots, handle);
		desc = (const struct hdt_desc *)word;
		if (!(word & HDT_SLOT_FREE) && hdt_desc_shows(registry, desc, &meta)) {
			len = hdt_desc_len(desc);
			memcpy(key, desc->key, len);
			key[len] = '\0';
		}
	}
	hdt_bracket_leave(registry, idx);
	return len;
}

/**
 * hdt_for_each_key() - visit the keys of a table
 * @table: the table
 * @fn: called with a copy of each key, which ends with a NUL, its length and
 *	@data; may sleep, and use @table in every way; the walk ends if it returns
 *	something other than 0
 * @data: for @fn
 *
 * In no order. A key that is there from the beginning to the end is visited
 * once; one that comes or goes meanwhile may be, and one that goes and comes
 * again may be twice. Who has to know compares hdt_table_changes() before and
 * after. Nothing is held between the steps, however long they take.
 *
 * Context: Process context. May sleep.
 * Return: 0, what @fn returned, or
 *
 *  * -EINVAL - @table is NULL or an ERR_PTR(), or @fn is NULL
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 */
int hdt_for_each_key(struct hdt_table *table,
		     int (*fn)(const char *key, size_t len, void *data), void *data)
{
	struct hdt_fault fault = { .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	char key[HDT_KEY_MAX + 1];
	int len, err = 0;
	u32 slot;

	if (!registry)
		return -EINVAL;
	if (!fn) {
		fault.what = "nothing to call";
		return hdt_refuse(HDT_BAD_ARGUMENT, &fault);
	}
	if (!hdt_may_sleep())
		return hdt_refuse(HDT_BAD_CONTEXT, &fault);
	for (slot = 0; !err; slot++) {
		len = copy_key(registry, slot, key);
		if (len < 0)
			break;
		if (len)
			err = fn(key, len, data);
		cond_resched();
	}
	return err;
}
EXPORT_SYMBOL_HDT(hdt_for_each_key);
