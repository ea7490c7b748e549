/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many handlers appear, or go, at one moment: that of a store to
 * registry->batch_visible.
 *
 * A descriptor of a batch is HDT_F_PENDING while its batch is on the way, which
 * sends every dispatch of it out of line, to hdt_batch_admits(). A batch that
 * registers: all are inserted pending and invisible; visible; all are made
 * ordinary. A batch that removes: visible; all are made pending; invisible; all
 * are killed. There is one batch at a time in a table (registry->mutex), and
 * none of its descriptors is pending any more when the next one begins.
 */
#ifndef HDT_BATCH_H
#define HDT_BATCH_H

#include "table.h"

/* Stores to meta before this are seen by whoever sees the new value. */
static inline void hdt_batch_set_visible(struct hdt_registry *registry, int visible)
{
	lockdep_assert_held(&registry->mutex);
	/* The lock is for who decides by the flag and then stores: replace.c, remove.c. */
	raw_spin_lock_irq(&registry->lock);
	/* Pairs with smp_load_acquire() in hdt_batch_admits(). */
	smp_store_release(&registry->batch_visible, visible);
	/* And stores to meta after it: pairs with smp_rmb() there. */
	smp_wmb();
	hdt_changed(registry);
	raw_spin_unlock_irq(&registry->lock);
}

/* Under registry->lock: is @desc there for callers? */
static inline bool hdt_batch_shows(const struct hdt_registry *registry,
				   const struct hdt_desc *desc)
{
	return !(desc->meta & HDT_F_DEAD) &&
	       (!(desc->meta & HDT_F_PENDING) || registry->batch_visible);
}

/*
 * In the table's bracket: may a pending descriptor be called? If it stops being
 * pending meanwhile, what it became decides, not a flag that may by now be the
 * next batch's: then this says nothing and the caller looks again.
 */
static inline bool hdt_batch_admits(struct hdt_registry *registry, const struct hdt_desc *desc,
				    u32 *meta)
{
	int visible;

	/* meta was read pending: the flag that goes with it, or a later one. */
	smp_rmb();
	/* Pairs with smp_store_release() in hdt_batch_set_visible(). */
	visible = smp_load_acquire(&registry->batch_visible);
	*meta = READ_ONCE(desc->meta);
	return !(*meta & HDT_F_PENDING) || visible;
}

#endif /* HDT_BATCH_H */
