// SPDX-License-Identifier: GPL-2.0-only
#include <linux/seq_file.h>

#include "provide.h"
#include "snapshot.h"

static u32 nr_waiting(void)
{
	char text[256] = "";
	struct seq_file seq = { .buf = text, .size = sizeof(text) };
	const char *at = text;
	u32 nr = 0;

	hdt_provisions_show(&seq);
	for (; (at = strstr(at, "table=")); at++)
		nr++;
	return nr;
}

struct snapshot snapshot(struct hdt_table *table)
{
	struct snapshot now;

	memset(&now, 0, sizeof(now));	/* what is between the fields, too */
	now.nr_waiting = nr_waiting();
	if (!table)
		return now;
	now.state = fixture_state(table);
	now.nr_sources = list_count_nodes(&to_registry(table)->sources);
	now.a = num_get(table, "a");
	now.b = num_get(table, "b");
	now.version_a = hdt_version(table, "a");
	now.version_b = hdt_version(table, "b");
	return now;
}

void expect_sound(struct kunit *test, struct hdt_table *table)
{
	struct hdt_registry *registry = to_registry(table);
	const struct hdt_slots *slots;
	struct hdt_source *source;
	u32 nr = 0, slot;

	mutex_lock(&registry->mutex);
	slots = hdt_dereference(registry, table->slots);
	KUNIT_EXPECT_NULL(test, registry->index_next);
	KUNIT_EXPECT_NULL(test, registry->slots_next);
	KUNIT_EXPECT_NULL(test, registry->dead);
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&registry->retiring));
	KUNIT_EXPECT_EQ(test, registry->nr_handlers, slots->mask + 1 - registry->nr_free);
	KUNIT_EXPECT_EQ(test, registry->nr_handlers,
			hdt_dereference(registry, table->index)->used);
	list_for_each_entry(source, &registry->sources, node) {
		KUNIT_EXPECT_NE(test, 0, source->refs);
		nr += source->refs;
	}
	KUNIT_EXPECT_EQ(test, registry->nr_handlers, nr);
	/* The free list, as in slots.c. */
	nr = 0;
	for (slot = registry->free_slot; slot <= slots->mask && nr <= slots->mask + 1; nr++)
		slot = (u32)slots->word[slot] >> 1;
	KUNIT_EXPECT_EQ(test, HDT_SLOT_MAX, slot);
	KUNIT_EXPECT_EQ(test, registry->nr_free, nr);
	mutex_unlock(&registry->mutex);
}
