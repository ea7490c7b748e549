/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics: how often each handler of a table was called, and for how long.
 *
 * They belong to the table, not to its descriptors, so that they can be switched
 * on and off while it is in use: an array by slot, in chunks, of per-CPU counters.
 * The chunks stay where they are when the array grows, so no count is lost.
 *
 * A slot is used again, by the handler that replaces another at once, and by a new
 * one while calls of the last still run. So each counter says whom it counts. It
 * is taken over by whoever came later; a call that ends after that is not counted.
 */
#ifndef HDT_STATS_H
#define HDT_STATS_H

#include "table.h"

struct hdt_desc;

struct hdt_totals {
	u64 calls;	/* that have ended */
	u64 ns;		/* that they took, together */
};

/* HDT_TABLE_STATS sends every dispatch out of line, where these are called. */
static inline bool hdt_stats_on(const struct hdt_registry *registry)
{
	return READ_ONCE(registry->table.flags) & HDT_TABLE_STATS;
}

/* A call took @ns. In the bracket that it was in. Any context but NMI. */
void hdt_stats_end(struct hdt_registry *registry, const struct hdt_desc *desc, u64 ns);
/* In the table's bracket. False, and zeros, if they are off. */
bool hdt_stats_read(struct hdt_registry *registry, const struct hdt_desc *desc,
		    struct hdt_totals *totals);

/*
 * On or off, where it is not so already. Switched off, the counts are gone. Under
 * no lock; may sleep, and waits for a grace period to switch off.
 * Return: 0, -ENOMEM, or -ENOENT for a table that was destroyed.
 */
int hdt_stats_switch(struct hdt_registry *registry, bool on);
/* Under registry->mutex, and after hdt_slots_reserve(): counters for every slot. */
int hdt_stats_reserve(struct hdt_registry *registry);
/* The table's own end. */
void hdt_stats_free(struct hdt_registry *registry);

#endif /* HDT_STATS_H */
