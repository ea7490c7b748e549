// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many handlers come and go, so that index and slots grow, are rebuilt and
 * shrink under everybody else's calls, which must not lose a key.
 */
#include <linux/mm.h>

#include "torture.h"

#define CHUNK 32
#define CHUNKS 16

struct growth {
	struct torture_arena *arena;
	unsigned int nr;			/* chunks that are registered */
	u64 life;
	struct torture_key key[CHUNK * CHUNKS];
	struct torture_object *object[CHUNK * CHUNKS];
	struct hdt_handler handlers[CHUNK];
};

static void release(void *ctx)
{
	torture_object_release(ctx);
}

int torture_grower_begin(struct torture_thread *me)
{
	struct growth *growth = kvzalloc(sizeof(*growth), GFP_KERNEL);
	unsigned int i;

	if (!growth)
		return -ENOMEM;
	growth->arena = &torture_arena[me->nr % torture_arenas];
	for (i = 0; i < ARRAY_SIZE(growth->key); i++) {
		torture_key_init(&growth->key[i], growth->arena, "grow/%u", 1000 * me->nr + i);
		growth->key[i].state = PHASE_ABSENT;
	}
	me->own = growth;
	return 0;
}

static bool fill(struct torture_thread *me, struct growth *growth, unsigned int from)
{
	struct hdt_handler *handlers = growth->handlers;
	unsigned int i;

	for (i = 0; i < CHUNK; i++) {
		struct torture_key *key = &growth->key[from + i];
		struct torture_object *object;

		object = torture_object_get(me, key, HDT_SHARED, true);
		if (!object)
			break;
		object->entry %= ENTRIES_PLAIN;
		object->life = growth->life;
		object->lineage = growth->life;
		WRITE_ONCE(key->newest, growth->life);
		torture_key_set(key, PHASE_CHANGING, HDT_SHARED);
		growth->object[from + i] = object;
		handlers[i] = torture_template[object->entry];
		handlers[i].key = key->name;
		handlers[i].ctx = object;
		handlers[i].opts.release = release;
	}
	if (i == CHUNK)
		return true;
	while (i--) {
		torture_key_set(&growth->key[from + i], PHASE_ABSENT, HDT_SHARED);
		torture_object_abandon(growth->object[from + i]);
	}
	return false;
}

static bool grow(struct torture_thread *me, struct growth *growth)
{
	unsigned int i, from = growth->nr * CHUNK;
	int err;

	if (!fill(me, growth, from))
		return false;
	err = hdt_register_all(growth->arena->table, growth->handlers);
	if (err == -ENOMEM)
		me->count[NR_NOMEM]++;
	else if (err)
		torture_errno("chunk", growth->arena->name, err);
	for (i = 0; i < CHUNK; i++) {
		struct torture_key *key = &growth->key[from + i];

		/* Pairs with smp_load_acquire() in torture_look(). */
		smp_store_release(&key->oldest, growth->life);
		torture_key_set(key, err ? PHASE_ABSENT : PHASE_PRESENT, HDT_SHARED);
		torture_object_put(growth->object[from + i]);
	}
	me->count[NR_GROWN] += err ? 0 : CHUNK;
	growth->nr += !err;
	return !err;
}

/* Each is found, and what is fixed is still found. */
static void look_around(struct torture_thread *me, struct growth *growth)
{
	struct torture_call call;
	unsigned int i;

	for (i = 0; i < growth->nr * CHUNK; i++) {
		torture_call_init(me, &growth->key[i], &call, 0, 0);
		torture_call_by(&growth->key[i], torture_pick(me, BY_HANDLE), &call);
	}
}

static void shrink(struct torture_thread *me, struct growth *growth)
{
	unsigned int i;
	int err;

	for (i = 0; i < growth->nr * CHUNK; i++) {
		struct torture_key *key = &growth->key[i];

		torture_key_set(key, PHASE_CHANGING, HDT_SHARED);
		me->count[NR_ASYNC]++;
		err = hdt_unregister_async(growth->arena->table, key->name);
		if (err)
			torture_errno("async unregister", key->name, err);
		/* Pairs with smp_load_acquire() in torture_look(). */
		smp_store_release(&key->oldest, growth->life + 1);
		torture_key_set(key, PHASE_ABSENT, HDT_SHARED);
		cond_resched();
	}
	growth->nr = 0;
}

void torture_grower(struct torture_thread *me)
{
	struct growth *growth = me->own;
	unsigned int nr = 1 + torture_pick(me, CHUNKS);

	growth->life++;
	while (growth->nr < nr && grow(me, growth))
		cond_resched();
	look_around(me, growth);
	shrink(me, growth);
	look_around(me, growth);
	schedule_timeout_interruptible(1 + torture_pick(me, max(1, HZ / 20)));
}

void torture_grower_end(struct torture_thread *me)
{
	kvfree(me->own);
}
