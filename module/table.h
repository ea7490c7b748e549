/* SPDX-License-Identifier: GPL-2.0-only */
/* A table as hdt sees it: the public face and everything behind it. */
#ifndef HDT_TABLE_H
#define HDT_TABLE_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include <hdt/hdt.h>

#include "load.h"
#include "report.h"

/*
 * Locks, outermost first:
 *
 *  reap_mutex	one reaper at a time; held across grace periods and releases
 *  mutex	who changes the table's shape: registers, grows, unlinks
 *  lock	every store to a slot, a bucket, the unsealed bits of a
 *		descriptor, the table's flags, the free list, the dead list and
 *		the sources; each
 *		section is O(1), so that it may be taken in any context but NMI
 *
 * tables_mutex (table.c) protects the list of tables. Of these only lock is
 * taken under it.
 */
struct hdt_registry {
	struct hdt_table table;		/* first: what the call path reads */

	u64 id;				/* no other table has had it; see slots.c */
	char name[HDT_TABLE_NAME_MAX + 1];
	struct module *creator;		/* only compared once the table is dead */
	char creator_name[MODULE_NAME_LEN];	/* for whoever asks, also after that */
	unsigned int max_handlers;
	bool autoload;
	struct hdt_misses misses;	/* see load.c */
	refcount_t refs;
	struct list_head node;		/* tables_mutex */

	struct mutex reap_mutex;	/* one reaper */
	struct work_struct reap_work;	/* holds a reference while queued */
	struct work_struct free_work;

	struct mutex mutex;		/* the table's shape */

	raw_spinlock_t lock;		/* every store that a reader sees */
	unsigned int nr_handlers;	/* live and pending ones */
	u32 free_slot;			/* head of the free list, HDT_SLOT_MAX: empty */
	u32 nr_free;
	struct hdt_slots *slots_next;	/* being filled by hdt_slots_reserve() */
	struct hdt_index *index_next;	/* being filled by hdt_index_reserve() */
	struct hdt_desc *dead;		/* stack of descriptors for the reaper */
	struct list_head sources;	/* of struct hdt_source; read under RCU too */
	struct list_head sites;		/* of struct hdt_site, bound or to be bound */
	atomic_t suspect;		/* a seal was found broken; see hdt_suspect() */
	int batch_visible;		/* see batch.h */
	atomic_t retiring;		/* replaced, not yet on the dead list */

	struct hdt_stats __rcu *stats;	/* NULL: off. Replaced under mutex; see stats.c */
	atomic_long_t faults[HDT_NR_FAULTS];
#ifndef CONFIG_TASKS_TRACE_RCU
	struct srcu_struct srcu;	/* the read-side bracket of a sleepable table */
#endif
};

static inline struct hdt_registry *to_registry(struct hdt_table *table)
{
	return container_of(table, struct hdt_registry, table);
}

extern struct workqueue_struct *hdt_workqueue;

static inline void hdt_registry_get(struct hdt_registry *registry)
{
	refcount_inc(&registry->refs);
}

/* Keys came or went, and dispatches meet it so already. */
static inline void hdt_changed(struct hdt_registry *registry)
{
	lockdep_assert_held(&registry->lock);
	/* Pairs with smp_load_acquire() in hdt_table_changes(). */
	smp_store_release(&registry->table.changes, registry->table.changes + 1);
}

/* What is behind @table, noted in @fault; NULL, and a refusal, if that is no table. */
struct hdt_registry *hdt_registry_of(struct hdt_table *table, struct hdt_fault *fault);

/* Walk all tables, holding a reference to the one in hand. NULL to start and at the end. */
struct hdt_registry *hdt_tables_next(struct hdt_registry *registry);
/* Visit all tables, also those that nobody holds any more and that are not freed yet. */
void hdt_tables_each(void (*fn)(struct hdt_registry *registry, const void *arg), const void *arg);
/* What of table.flags can change while it exists, from process context. */
void hdt_table_set_flag(struct hdt_registry *registry, unsigned int flag, bool on);
/* While anybody observes calls, those of all tables go out of line. May sleep. */
int hdt_observe(void);
void hdt_unobserve(void);
/* The live table of this name, with a reference, or NULL. May sleep. */
struct hdt_table *hdt_table_find(const char *name);
int hdt_tables_init(void);
void hdt_tables_exit(void);

#endif /* HDT_TABLE_H */
