/* SPDX-License-Identifier: GPL-2.0-only */
/* A table at rest: is it sound, and is it what it was? */
#ifndef HDT_KUNIT_SNAPSHOT_H
#define HDT_KUNIT_SNAPSHOT_H

#include "fixture.h"

/* To be compared byte by byte. "a" and "b" are keys that ought to be there. */
struct snapshot {
	struct fixture_state state;
	u32 nr_sources;
	u32 nr_waiting;			/* provisions */
	num_handle a, b;
	u64 version_a, version_b;
};

/* @table may be NULL: then only provisions count. */
struct snapshot snapshot(struct hdt_table *table);

/* Nothing half done: no array on the way, no source or slot that nobody has. */
void expect_sound(struct kunit *test, struct hdt_table *table);

#endif /* HDT_KUNIT_SNAPSHOT_H */
