// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "array.h"
#include "class.h"
#include "desc.h"
#include "slots.h"

/* A free slot's word: | next generation:32 | next free slot:31 | 1 | */
static unsigned long free_word(u32 generation, u32 next)
{
	return (u64)generation << 32 | (u64)next << 1 | HDT_SLOT_FREE;
}

static u32 free_word_next(unsigned long word)
{
	return (u32)word >> 1;
}

/* By the table's id: its memory may have been another's, whose handles are kept (G5). */
static u32 first_generation(const struct hdt_registry *registry, u32 slot)
{
	return hdt_mum(registry->id ^ hdt_secret.hash[0], slot ^ hdt_secret.hash[1]);
}

static struct hdt_slots *current_slots(const struct hdt_registry *registry)
{
	/* Replaced only under both mutex and lock: either is enough to read it. */
	return rcu_dereference_protected(registry->table.slots,
					 lockdep_is_held(&registry->mutex) ||
					 lockdep_is_held(&registry->lock));
}

static struct hdt_slots *alloc(u32 nr)
{
	struct hdt_slots *slots;

	slots = hdt_array_alloc(struct_size(slots, word, nr));
	if (slots)
		slots->mask = nr - 1;
	return slots;
}

void hdt_slots_free(struct hdt_slots *slots)
{
	if (slots)
		hdt_array_free(slots, struct_size(slots, word, slots->mask + 1));
}

static void free_rcu(struct rcu_head *head)
{
	hdt_slots_free(container_of(head, struct hdt_slots, rcu));
}

/* Both arrays while one grows: see hdt_slots_reserve(). */
static void set_word(struct hdt_registry *registry, u32 slot, unsigned long word)
{
	/* Pairs with READ_ONCE() in hdt_slots_word(), through the address. */
	smp_store_release(&current_slots(registry)->word[slot], word);
	if (registry->slots_next)
		registry->slots_next->word[slot] = word;
}

#define HDT_SLOT_MIN	8U
#define HDT_COPY_CHUNK	512U	/* words copied per section of the lock */

static void copy_words(struct hdt_registry *registry, const struct hdt_slots *from,
		       struct hdt_slots *to)
{
	u32 at, n;

	for (at = 0; at <= from->mask; at += n) {
		n = min(HDT_COPY_CHUNK, from->mask + 1 - at);
		raw_spin_lock_irq(&registry->lock);
		memcpy(&to->word[at], &from->word[at], n * sizeof(to->word[0]));
		raw_spin_unlock_irq(&registry->lock);
		cond_resched();
	}
}

/* New slots go before the free ones, lowest first, so that slots stay dense. */
static void add_free(struct hdt_registry *registry, struct hdt_slots *slots, u32 from)
{
	u32 slot;

	for (slot = slots->mask + 1; slot-- > from; registry->nr_free++) {
		slots->word[slot] = free_word(first_generation(registry, slot),
					      registry->free_slot);
		registry->free_slot = slot;
	}
}

/*
 * Make @nr slots free, under mutex. The array doubles and is copied; while it
 * is, every store goes to both (set_word()), so that neither is stale.
 */
int hdt_slots_reserve(struct hdt_registry *registry, u32 nr)
{
	struct hdt_slots *old = current_slots(registry), *next;
	u32 have;

	if (registry->nr_free >= nr)
		return 0;
	have = old ? old->mask + 1 : 0;
	if (nr > HDT_SLOT_MAX - have + registry->nr_free)
		return -ENOSPC;
	next = alloc(roundup_pow_of_two(max(HDT_SLOT_MIN, have + nr - registry->nr_free)));
	if (!next)
		return -ENOMEM;
	if (old) {
		raw_spin_lock_irq(&registry->lock);
		registry->slots_next = next;
		raw_spin_unlock_irq(&registry->lock);
		copy_words(registry, old, next);
	}
	/* Nobody takes or frees a slot without the mutex. */
	add_free(registry, next, have);

	raw_spin_lock_irq(&registry->lock);
	/* Pairs with rcu_dereference() in hdt_enter_handle(). */
	rcu_assign_pointer(registry->table.slots, next);
	registry->slots_next = NULL;
	raw_spin_unlock_irq(&registry->lock);
	if (old)
		hdt_class_call(registry, &old->rcu, free_rcu);
	return 0;
}

/* Give @desc a free slot and its generation, after hdt_slots_reserve(). */
void hdt_slots_take(struct hdt_registry *registry, struct hdt_desc *desc)
{
	u32 slot = registry->free_slot;
	unsigned long word = current_slots(registry)->word[slot];

	registry->free_slot = free_word_next(word);
	registry->nr_free--;
	desc->handle = (word & ~(u64)U32_MAX) | slot;
}

/* From here on the handles of @desc's slot and generation lead to it. */
void hdt_slots_publish(struct hdt_registry *registry, struct hdt_desc *desc)
{
	set_word(registry, hdt_desc_slot(desc), (unsigned long)desc);
}

bool hdt_slots_holds(const struct hdt_registry *registry, const struct hdt_desc *desc)
{
	const struct hdt_slots *slots = current_slots(registry);
	u32 slot = hdt_desc_slot(desc);

	return slot <= slots->mask && slots->word[slot] == (unsigned long)desc;
}

/* Take @desc out of its slot; the slot's next handler has the next generation. */
void hdt_slots_release(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	u32 generation = (desc->handle >> 32) + 1, slot = hdt_desc_slot(desc);

	if (generation == first_generation(registry, slot)) {
		/* All 2^32 were used: no handle may ever lead here again (G5). */
		set_word(registry, slot, free_word(generation, HDT_SLOT_MAX));
		return;
	}
	set_word(registry, slot, free_word(generation, registry->free_slot));
	registry->free_slot = slot;
	registry->nr_free++;
}

bool hdt_slots_evict(struct hdt_registry *registry, const struct hdt_desc *desc)
{
	struct hdt_slots *slots = current_slots(registry);
	bool found = false;
	u32 slot;

	for (slot = 0; slot <= slots->mask; slot++, cond_resched()) {
		if (READ_ONCE(slots->word[slot]) != (unsigned long)desc)
			continue;
		raw_spin_lock_irq(&registry->lock);
		if (slots->word[slot] == (unsigned long)desc) {
			/* Retired: the generation that was in use is not known any more (G5). */
			set_word(registry, slot, free_word(0, HDT_SLOT_MAX));
			found = true;
		}
		raw_spin_unlock_irq(&registry->lock);
	}
	return found;
}
