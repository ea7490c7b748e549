// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "batch.h"
#include "class.h"
#include "context.h"
#include "desc.h"
#include "frame.h"
#include "index.h"
#include "reaper.h"
#include "site.h"
#include "slots.h"
#include "source.h"
#include "trace.h"

/*
 * No call starts once this was stored; those that run are waited for by
 * hdt_reap(). The tag's place becomes the link, so a dispatch that read the
 * meta word just before finds its seal broken and looks again (G2, G6).
 */
int hdt_kill(struct hdt_registry *registry, struct hdt_desc *desc, u32 why)
{
	u32 meta = desc->meta;

	lockdep_assert_held(&registry->lock);
	if (meta & HDT_F_DEAD)
		return -ENOENT;
	if (!hdt_desc_intact(registry, desc))
		return -EKEYREJECTED;
	if (!hdt_slots_holds(registry, desc))
		return -EAGAIN;
	/* What will be freed has to be found again by its key, which is not sealed. */
	if (!hdt_index_holds(registry, desc))
		return -EKEYREJECTED;
	WRITE_ONCE(desc->meta, (meta & ~HDT_F_PENDING) | HDT_F_DEAD | why);
	hdt_sites_unbind(registry, desc);
	/* Pairs with smp_rmb() in judge(): whoever reads the link reads DEAD. */
	smp_wmb();
	WRITE_ONCE(desc->next_dead, registry->dead);
	registry->dead = desc;
	registry->nr_handlers--;
	/* One of a batch goes at the batch's moment: hdt_batch_set_visible(). */
	if (!(meta & HDT_F_PENDING))
		hdt_changed(registry);
	return 0;
}

void hdt_unlink(struct hdt_registry *registry, struct hdt_desc *desc)
{
	bool held, removed = true;

	lockdep_assert_held(&registry->mutex);
	raw_spin_lock_irq(&registry->lock);
	/* Not if a registration of its key was here first, or a replace. */
	held = hdt_slots_holds(registry, desc);
	if (held) {
		removed = hdt_index_remove(registry, desc);
		hdt_slots_release(registry, desc);
	}
	raw_spin_unlock_irq(&registry->lock);
	if (!removed)
		hdt_index_evict(registry, desc);
}

/*
 * A descriptor that was overwritten leaves the table, and that is all: what it
 * points to is not believed, so nothing is called and nothing freed. Calls that
 * still find it refuse it by its seal.
 */
static void quarantine(struct hdt_registry *registry, struct hdt_desc *desc)
{
	lockdep_assert_held(&registry->mutex);
	hdt_index_evict(registry, desc);
	if (!hdt_slots_evict(registry, desc))
		return;
	raw_spin_lock_irq(&registry->lock);
	registry->nr_handlers--;
	hdt_changed(registry);
	hdt_sites_unbind(registry, desc);
	raw_spin_unlock_irq(&registry->lock);
	pr_warn("table \"%s\": an overwritten descriptor left the table; its memory stays allocated, its release does not run\n",
		registry->name);
}

int hdt_kill_or_quarantine(struct hdt_registry *registry, struct hdt_desc *desc, u32 why)
{
	int err;

	raw_spin_lock_irq(&registry->lock);
	err = hdt_kill(registry, desc, why);
	raw_spin_unlock_irq(&registry->lock);
	if (err == -EKEYREJECTED)
		quarantine(registry, desc);
	return err;
}

u64 hdt_grace(struct hdt_registry *registry)
{
	u64 began = ktime_get_ns();

	hdt_class_wait(registry);
	return ktime_get_ns() - began;
}

void hdt_dispose(struct hdt_registry *registry, struct hdt_desc *desc, u64 grace)
{
	struct hdt_source *source = desc->source;

	lockdep_assert_held(&registry->reap_mutex);
	if (!hdt_desc_release(registry, desc)) {
		hdt_refuse(HDT_BROKEN_SEAL, &(struct hdt_fault){
			.registry = registry, .source = source, .key = desc->key,
			.len = hdt_desc_len(desc), .what = "release not run" });
		return;
	}
	if (!(desc->meta & HDT_F_UNSEEN))
		trace_hdt_unregister(registry->name, desc, source->owner, grace);
	/* The source stays until release has run: hdt_owner_going() goes by it. */
	hdt_source_put(registry, source);
	hdt_desc_free(desc);
}

static struct hdt_desc *take_dead(struct hdt_registry *registry)
{
	struct hdt_desc *dead;

	raw_spin_lock_irq(&registry->lock);
	dead = registry->dead;
	registry->dead = NULL;
	raw_spin_unlock_irq(&registry->lock);
	return dead;
}

/* One grace period for all, however many there are. Returns how many, and adds to @grace. */
static u32 reap(struct hdt_registry *registry, u64 *grace)
{
	struct hdt_desc *dead = take_dead(registry), *desc, *next;
	u32 nr = 0;

	if (!dead)
		return 0;
	mutex_lock(&registry->mutex);
	for (desc = dead; desc; desc = desc->next_dead)
		hdt_unlink(registry, desc);
	mutex_unlock(&registry->mutex);

	*grace += hdt_grace(registry);	/* G2, G3 */
	for (desc = dead; desc; desc = next) {
		next = desc->next_dead;
		hdt_dispose(registry, desc, *grace);
		nr++;
		cond_resched();
	}
	return nr;
}

static u32 reap_all(struct hdt_registry *registry, u64 *grace)
{
	u32 nr;

	mutex_lock(&registry->reap_mutex);
	if (atomic_read(&registry->retiring)) {
		/*
		 * Replaced where nobody could wait, in a bracket: when it was left
		 * the callback was queued, when that has run it is on the dead list.
		 */
		*grace += hdt_grace(registry);
		hdt_class_barrier(registry);
	}
	nr = reap(registry, grace);
	mutex_unlock(&registry->reap_mutex);
	return nr;
}

void hdt_reap(struct hdt_registry *registry)
{
	u64 began = ktime_get_ns(), grace = 0;
	u32 nr = reap_all(registry, &grace);

	trace_hdt_wait(registry->name, nr, grace, ktime_get_ns() - began);
}

bool hdt_reap_allowed(struct hdt_registry *registry)
{
	return hdt_may_sleep() && !hdt_frame_blocks(registry);
}

int hdt_reap_refuse(struct hdt_registry *registry, const struct hdt_fault *fault)
{
	if (hdt_frame_blocks(registry))
		return hdt_refuse(HDT_DEADLOCK, fault);
	return hdt_may_sleep() ? 0 : hdt_refuse(HDT_BAD_CONTEXT, fault);
}

void hdt_reap_async(struct hdt_registry *registry)
{
	hdt_registry_get(registry);
	if (!queue_work(hdt_workqueue, &registry->reap_work))
		hdt_table_put(&registry->table);
}

static bool matches(struct hdt_registry *registry, const struct hdt_desc *desc,
		    const struct module *owner, bool everyone)
{
	return everyone ||
	       (hdt_source_known(registry, desc->source) && desc->source->owner == owner);
}

typedef bool (*visit_fn)(struct hdt_registry *registry, struct hdt_desc *desc, char *key);

/*
 * Call @each for the descriptors of @owner, under the mutex. What is found in a
 * slot stays allocated until the mutex is dropped: whoever frees a descriptor
 * takes it after the descriptor has left its slot.
 */
static unsigned int for_each_of(struct hdt_registry *registry, const struct module *owner,
				bool everyone, visit_fn each, char *key)
{
	struct hdt_slots *slots = rcu_dereference_protected(registry->table.slots,
							    lockdep_is_held(&registry->mutex));
	unsigned long word, next;
	struct hdt_desc *desc;
	unsigned int nr = 0;
	u32 slot;

	for (slot = 0; slot <= slots->mask; slot++) {
		next = READ_ONCE(slots->word[slot]);
		do {
			word = next;
			if (word & HDT_SLOT_FREE)
				break;
			desc = (struct hdt_desc *)word;
			if (matches(registry, desc, owner, everyone))
				nr += each(registry, desc, key);
			/* Replaced meanwhile? Then its successor, too, may be one. */
			next = READ_ONCE(slots->word[slot]);
		} while (next != word);
		cond_resched();
	}
	return nr;
}

static bool suspend(struct hdt_registry *registry, struct hdt_desc *desc, char *key)
{
	raw_spin_lock_irq(&registry->lock);
	/* A replaced one stays callable for those who have it in hand. */
	if (!(desc->meta & HDT_F_DEAD) && hdt_slots_holds(registry, desc))
		WRITE_ONCE(desc->meta, desc->meta | HDT_F_PENDING);
	raw_spin_unlock_irq(&registry->lock);
	return false;
}

static bool kill_one(struct hdt_registry *registry, struct hdt_desc *desc, char *key)
{
	size_t len = hdt_desc_len(desc);

	if (hdt_kill_or_quarantine(registry, desc, 0))
		return false;
	if (key && !*key) {
		memcpy(key, desc->key, len);
		key[len] = '\0';
	}
	return true;
}

unsigned int hdt_kill_all(struct hdt_registry *registry, const struct module *owner,
			  bool everyone, char *key)
{
	unsigned int nr;

	mutex_lock(&registry->mutex);
	/* One moment for all: see batch.h. */
	hdt_batch_set_visible(registry, 1);
	for_each_of(registry, owner, everyone, suspend, NULL);
	hdt_batch_set_visible(registry, 0);
	nr = for_each_of(registry, owner, everyone, kill_one, key);
	mutex_unlock(&registry->mutex);
	return nr;
}

static bool quarantine_broken(struct hdt_registry *registry, struct hdt_desc *desc, char *key)
{
	bool broken;

	/* Under the lock: a kill puts its link where the tag was. */
	raw_spin_lock_irq(&registry->lock);
	broken = !(desc->meta & HDT_F_DEAD) && !hdt_desc_intact(registry, desc);
	raw_spin_unlock_irq(&registry->lock);
	if (broken)
		quarantine(registry, desc);
	return broken;
}

void hdt_quarantine_all(struct hdt_registry *registry)
{
	mutex_lock(&registry->mutex);
	for_each_of(registry, NULL, true, quarantine_broken, NULL);
	mutex_unlock(&registry->mutex);
}

void hdt_suspect(struct hdt_registry *registry)
{
	atomic_set(&registry->suspect, 1);
	hdt_reap_async(registry);
}

void hdt_reap_work(struct work_struct *work)
{
	struct hdt_registry *registry = container_of(work, struct hdt_registry, reap_work);
	u64 grace = 0;

	if (atomic_xchg(&registry->suspect, 0))
		hdt_quarantine_all(registry);
	reap_all(registry, &grace);	/* nobody waits for this */
	hdt_table_put(&registry->table);
}
