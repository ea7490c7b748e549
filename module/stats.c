// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "class.h"
#include "desc.h"
#include "stats.h"

struct count {
	u64 who;		/* see who() */
	struct hdt_totals totals;
};

#define HDT_CHUNK	64U	/* slots; a power of 2 */

struct hdt_stats {
	struct rcu_head rcu;
	u32 nr;			/* chunks */
	struct count __percpu *chunk[];
};

/*
 * Generation and revision of a descriptor, which its slot never had before (but
 * for the wrap of 2^40), and a bit so that no counter that is zero is anybody's.
 */
static u64 who(const struct hdt_desc *desc)
{
	return 1ULL << 40 | (READ_ONCE(desc->handle) >> 32) << 8 |
	       READ_ONCE(desc->meta) >> HDT_META_REV_SHIFT;
}

/* Did @a have the slot before @b? By 40 bits, which go round. */
static bool before(u64 a, u64 b)
{
	return (s64)((a - b) << 24) < 0;
}

static struct count __percpu *find(const struct hdt_stats *stats, const struct hdt_desc *desc)
{
	/* A slot that came while there was no memory for its chunk is not counted. */
	if (!stats || hdt_desc_slot(desc) / HDT_CHUNK >= stats->nr)
		return NULL;
	return stats->chunk[hdt_desc_slot(desc) / HDT_CHUNK] + hdt_desc_slot(desc) % HDT_CHUNK;
}

/*
 * On one CPU, with interrupts off: a handler may be called from them. Readers on
 * other CPUs take each word as it is, and are told by the order of the stores that
 * what they read is of whom they asked for.
 */
static void add(struct count *count, u64 me, u64 ns)
{
	if (count->who != me) {
		if (count->who && before(me, count->who))
			return;
		WRITE_ONCE(count->totals.calls, 0);
		WRITE_ONCE(count->totals.ns, 0);
		/* Pairs with smp_load_acquire() in hdt_stats_read(). */
		smp_store_release(&count->who, me);
	}
	WRITE_ONCE(count->totals.calls, count->totals.calls + 1);
	WRITE_ONCE(count->totals.ns, count->totals.ns + ns);
}

void hdt_stats_end(struct hdt_registry *registry, const struct hdt_desc *desc, u64 ns)
{
	struct count __percpu *count;
	unsigned long flags;

	/* Switched off since? Then its memory goes after the bracket. */
	count = find(hdt_dereference(registry, registry->stats), desc);
	if (!count)
		return;
	local_irq_save(flags);
	add(this_cpu_ptr(count), who(desc), ns);
	local_irq_restore(flags);
}

bool hdt_stats_read(struct hdt_registry *registry, const struct hdt_desc *desc,
		    struct hdt_totals *totals)
{
	struct count __percpu *counts = find(hdt_dereference(registry, registry->stats), desc);
	u64 me = who(desc);
	int cpu;

	*totals = (struct hdt_totals){ };
	if (!counts)
		return false;
	for_each_possible_cpu(cpu) {
		const struct count *count = per_cpu_ptr(counts, cpu);

		/* Pairs with smp_store_release() in add(): no count of who was before. */
		if (smp_load_acquire(&count->who) != me)
			continue;
		totals->calls += READ_ONCE(count->totals.calls);
		totals->ns += READ_ONCE(count->totals.ns);
	}
	return true;
}

static struct hdt_stats *current_stats(struct hdt_registry *registry)
{
	return rcu_dereference_protected(registry->stats, lockdep_is_held(&registry->mutex));
}

/* The chunks from @from on, and the array. */
static void free_chunks(struct hdt_stats *stats, u32 from)
{
	for (; from < stats->nr; from++, cond_resched())
		free_percpu(stats->chunk[from]);
	kvfree(stats);
}

/* Counters for every slot there is: those of @old, and new ones. */
static struct hdt_stats *extend(struct hdt_registry *registry, const struct hdt_stats *old)
{
	u32 slots = hdt_dereference(registry, registry->table.slots)->mask + 1;
	u32 had = old ? old->nr : 0, nr = DIV_ROUND_UP(slots, HDT_CHUNK);
	struct hdt_stats *stats;

	stats = kvzalloc(struct_size(stats, chunk, nr), GFP_KERNEL);
	if (!stats)
		return NULL;
	if (old)
		memcpy(stats->chunk, old->chunk, had * sizeof(old->chunk[0]));
	for (stats->nr = had; stats->nr < nr; stats->nr++, cond_resched()) {
		stats->chunk[stats->nr] = __alloc_percpu_gfp(HDT_CHUNK * sizeof(struct count),
							     __alignof__(struct count),
							     GFP_KERNEL | __GFP_NOWARN);
		if (!stats->chunk[stats->nr]) {
			free_chunks(stats, had);
			return NULL;
		}
	}
	return stats;
}

static void free_rcu(struct rcu_head *head)
{
	/* Not its chunks, which the next one has. */
	kvfree(container_of(head, struct hdt_stats, rcu));
}

int hdt_stats_reserve(struct hdt_registry *registry)
{
	const struct hdt_slots *slots = hdt_dereference(registry, registry->table.slots);
	struct hdt_stats *old = current_stats(registry), *next;

	if (!old || old->nr * HDT_CHUNK > slots->mask)
		return 0;
	next = extend(registry, old);
	if (!next)
		return -ENOMEM;
	/* Pairs with hdt_dereference() in hdt_stats_end() and hdt_stats_read(). */
	rcu_assign_pointer(registry->stats, next);
	hdt_class_call(registry, &old->rcu, free_rcu);
	return 0;
}

static int switch_on(struct hdt_registry *registry)
{
	struct hdt_stats *stats;

	if (registry->table.flags & HDT_TABLE_DEAD)
		return -ENOENT;
	if (hdt_stats_on(registry))
		return 0;
	stats = extend(registry, NULL);
	if (!stats)
		return -ENOMEM;
	rcu_assign_pointer(registry->stats, stats);
	hdt_table_set_flag(registry, HDT_TABLE_STATS, true);
	return 0;
}

/* What is to be freed when nobody reads it any more, or NULL. */
static struct hdt_stats *switch_off(struct hdt_registry *registry)
{
	struct hdt_stats *stats = current_stats(registry);

	hdt_table_set_flag(registry, HDT_TABLE_STATS, false);
	RCU_INIT_POINTER(registry->stats, NULL);
	return stats;
}

int hdt_stats_switch(struct hdt_registry *registry, bool on)
{
	struct hdt_stats *stats = NULL;
	int err = 0;

	mutex_lock(&registry->mutex);
	if (on)
		err = switch_on(registry);
	else
		stats = switch_off(registry);
	mutex_unlock(&registry->mutex);
	if (!stats)
		return err;
	/* Without the mutex: a handler that registers one waits for it in its bracket. */
	hdt_class_wait(registry);
	free_chunks(stats, 0);
	return 0;
}

void hdt_stats_free(struct hdt_registry *registry)
{
	struct hdt_stats *stats = rcu_dereference_protected(registry->stats, true);

	if (stats)
		free_chunks(stats, 0);
}
