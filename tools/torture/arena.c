// SPDX-License-Identifier: GPL-2.0-only
/* The tables that last as long as the torture does, and their keys. */
#include <linux/mm.h>
#include <linux/string.h>

#include "torture.h"

#define CONTENDED 4
#define PROVIDED 4

struct torture_arena torture_arena[2];
unsigned int torture_arenas;

void torture_key_init(struct torture_key *key, struct torture_arena *arena,
		      const char *fmt, unsigned int nr)
{
	key->arena = arena;
	snprintf(key->name, sizeof(key->name), fmt, nr);
	hdt_key_init(&key->prepared, key->name, strlen(key->name));
	key->newest = U64_MAX;
	key->state = PHASE_ANY;
}

static void init_range(struct torture_arena *arena, struct torture_key **at,
		       struct torture_key **range, unsigned int nr, const char *fmt,
		       enum torture_phase phase)
{
	unsigned int i;

	*range = *at;
	*at += nr;
	for (i = 0; i < nr; i++) {
		torture_key_init(&(*range)[i], arena, fmt, i);
		(*range)[i].state = phase;
		if (phase == PHASE_ABSENT)
			(*range)[i].newest = 0;
		if (phase != PHASE_PROVIDED)
			(*range)[i].wide = i % 4 == 3;
	}
}

/* torture_heir_a and _b: the key is theirs by turns, and never missing. */
static const char * const provided[PROVIDED] = { "heir", "guest", "guest/captured", "rude" };

static int init(struct torture_arena *arena, bool sleepable, unsigned int fixed,
		unsigned int owned)
{
	const struct hdt_table_opts opts = { .sleepable = sleepable };
	struct torture_key *at;
	unsigned int i;

	arena->name = sleepable ? "torture_sleepable" : TORTURE_TABLE;
	arena->sleepable = sleepable;
	arena->nr_fixed = fixed;
	arena->nr_owned = owned;
	arena->nr_contended = CONTENDED;
	arena->nr_provided = sleepable ? 0 : PROVIDED;
	arena->nr_keys = fixed + owned + CONTENDED + arena->nr_provided;
	arena->keys = kvcalloc(arena->nr_keys, sizeof(*arena->keys), GFP_KERNEL);
	if (!arena->keys)
		return -ENOMEM;
	at = arena->keys;
	init_range(arena, &at, &arena->fixed, fixed, "fixed/%u", PHASE_ABSENT);
	init_range(arena, &at, &arena->owned, owned, "owned/%u", PHASE_ABSENT);
	init_range(arena, &at, &arena->contended, CONTENDED, "contended/%u", PHASE_ANY);
	init_range(arena, &at, &arena->provided, arena->nr_provided, "provided/%u",
		   PHASE_PROVIDED);
	for (i = 0; i < arena->nr_provided; i++)
		torture_key_init(&arena->provided[i], arena, provided[i], 0);
	for (i = 0; i < arena->nr_provided; i++)
		arena->provided[i].state = PHASE_PROVIDED;
	arena->table = hdt_table_create(arena->name, &opts);
	return PTR_ERR_OR_ZERO(arena->table);
}

/* What is there from the beginning to the end, however the tables grow. */
static int register_fixed(struct torture_arena *arena)
{
	struct torture_thread me = { .kind = "init" };
	struct torture_object *object;
	struct torture_key *key;
	unsigned int i;
	int err;

	prandom_seed_state(&me.rnd, arena->sleepable);
	for (i = 0; i < arena->nr_fixed; i++) {
		key = &arena->fixed[i];
		object = torture_object_get(&me, key, HDT_SHARED, torture_one_in(&me, 8));
		if (!object)
			return -ENOMEM;
		object->life = 1;
		object->lineage = 1;
		err = torture_offer(&me, object, HOW_REGISTER, 0);
		if (object->released)
			torture_object_put(object);
		if (err)
			return err;
		key->oldest = 1;
		key->newest = 1;
		torture_key_set(key, PHASE_PRESENT, HDT_SHARED);
	}
	return 0;
}

int torture_arenas_init(bool atomic, bool sleepable, unsigned int fixed, unsigned int owned)
{
	unsigned int i;
	int err = 0;

	torture_arenas = 0;
	if (atomic)
		err = init(&torture_arena[torture_arenas++], false, fixed, owned);
	if (!err && sleepable)
		err = init(&torture_arena[torture_arenas++], true, fixed, owned);
	for (i = 0; i < torture_arenas && !err; i++)
		err = register_fixed(&torture_arena[i]);
	return err;
}

void torture_arenas_exit(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < torture_arenas; i++) {
		struct torture_arena *arena = &torture_arena[i];

		if (!IS_ERR_OR_NULL(arena->table)) {
			err = hdt_table_destroy(arena->table);
			if (err)
				torture_errno("destroying", arena->name, err);
		}
		kvfree(arena->keys);
		arena->keys = NULL;
		arena->table = NULL;
	}
}

struct torture_arena *torture_arena_pick(struct torture_thread *me)
{
	return &torture_arena[torture_pick(me, torture_arenas)];
}

struct torture_arena *torture_arena_atomic(void)
{
	return torture_arena[0].sleepable ? NULL : &torture_arena[0];
}
