/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handle to descriptor: an array of words, indexed by the handle's slot.
 *
 * A slot that becomes free keeps the generation of its next use, one more than
 * the last. First generations are keyed and differ by table, so that a handle
 * of another table, or one made up, fails (G5). A slot whose generations are
 * used up is retired.
 */
#ifndef HDT_SLOTS_H
#define HDT_SLOTS_H

#include <hdt/types.h>

struct hdt_registry;

int hdt_slots_reserve(struct hdt_registry *registry, u32 nr);
void hdt_slots_free(struct hdt_slots *slots);

/* Under registry->lock. */
void hdt_slots_take(struct hdt_registry *registry, struct hdt_desc *desc);
void hdt_slots_publish(struct hdt_registry *registry, struct hdt_desc *desc);
bool hdt_slots_holds(const struct hdt_registry *registry, const struct hdt_desc *desc);
void hdt_slots_release(struct hdt_registry *registry, const struct hdt_desc *desc);

/* Under mutex: remove @desc, of which nothing is believed. True if it was there. */
bool hdt_slots_evict(struct hdt_registry *registry, const struct hdt_desc *desc);

#endif /* HDT_SLOTS_H */
