/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two classes of table: which read-side bracket a dispatch is in, and what
 * a remover waits for. RCU for atomic tables; for sleepable ones RCU-tasks-trace
 * (no barrier, no shared write, one domain for the whole machine) and, where the
 * kernel lacks it, SRCU (one domain per table). A reader's SRCU index lives in
 * its own frame on its own stack, never in anything shared.
 */
#ifndef HDT_CLASS_H
#define HDT_CLASS_H

#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>

#include "table.h"

static inline bool hdt_sleepable(const struct hdt_registry *registry)
{
	return READ_ONCE(registry->table.flags) & HDT_TABLE_SLEEPABLE;
}

int hdt_class_init(struct hdt_registry *registry);
void hdt_class_destroy(struct hdt_registry *registry);
int hdt_bracket_enter(struct hdt_registry *registry);
void hdt_bracket_leave(struct hdt_registry *registry, int idx);
bool hdt_bracket_held(struct hdt_registry *registry);

/* Wait until every bracket that is open now has been left (G2, G3). */
void hdt_class_wait(struct hdt_registry *registry);
/* The same without waiting: @func runs afterwards, in softirq or process context. */
void hdt_class_call(struct hdt_registry *registry, struct rcu_head *head, rcu_callback_t func);
/* Wait for the callbacks of a table; of all tables that are gone, if NULL. */
void hdt_class_barrier(struct hdt_registry *registry);

/* Reads of table.index and table.slots: in a bracket, or under registry->mutex. */
#define hdt_dereference(registry, p)						\
	rcu_dereference_check(p, hdt_bracket_held(registry) ||			\
			      lockdep_is_held(&(registry)->mutex))

#endif /* HDT_CLASS_H */
