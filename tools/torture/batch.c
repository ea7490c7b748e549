// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: all handlers at one moment, or none. The watchers call two of them,
 * one after the other, and know what must not be.
 */
#include <linux/delay.h>

#include "torture.h"

#define BATCH 16
#define BATCHES 2	/* one in a table of each class */

enum moment { NOTHING, APPEARING, ALL, VANISHING };

struct batch {
	struct torture_arena arena;
	struct torture_key key[BATCH];
	struct torture_object *object[BATCH];
	u64 state;		/* a number that rises << 2 | enum moment */
	u64 life;
};

static struct batch batches[BATCHES];
static unsigned int nr_batches;

static void set_moment(struct batch *batch, enum moment moment)
{
	/* Pairs with smp_load_acquire() in torture_batch_watcher(). */
	smp_store_release(&batch->state, ((batch->state >> 2) + 1) << 2 | moment);
	smp_mb();	/* and before what is about to be done */
}

int torture_batches_init(void)
{
	unsigned int i;

	for (nr_batches = 0; nr_batches < torture_arenas; nr_batches++) {
		struct batch *batch = &batches[nr_batches];
		struct hdt_table_opts opts = { .sleepable = torture_arena[nr_batches].sleepable };
		struct torture_arena *arena = &batch->arena;

		memset(batch, 0, sizeof(*batch));
		arena->name = opts.sleepable ? "torture_batch_sleepable" : "torture_batch_atomic";
		arena->sleepable = opts.sleepable;
		arena->table = hdt_table_create(arena->name, &opts);
		if (IS_ERR(arena->table))
			return PTR_ERR(arena->table);
		for (i = 0; i < BATCH; i++)
			torture_key_init(&batch->key[i], arena, "batch/%u", i);
	}
	return 0;
}

void torture_batches_exit(void)
{
	int err;

	while (nr_batches) {
		struct torture_arena *arena = &batches[--nr_batches].arena;

		err = hdt_table_destroy(arena->table);
		if (err)
			torture_errno("destroying", arena->name, err);
	}
}

static void release(void *ctx)
{
	torture_object_release(ctx);
}

/* False if there are not enough objects. */
static bool gather(struct torture_thread *me, struct batch *batch, struct hdt_handler *handlers)
{
	unsigned int i;

	batch->life++;
	for (i = 0; i < BATCH; i++) {
		struct torture_object *object;

		object = torture_object_get(me, &batch->key[i], HDT_SHARED, torture_one_in(me, 2));
		if (!object)
			break;
		/* The captures are the owners' business. */
		object->entry %= ENTRIES_PLAIN;
		object->life = batch->life;
		batch->object[i] = object;
		handlers[i] = torture_template[object->entry];
		handlers[i].key = batch->key[i].name;
		handlers[i].ctx = object;
		handlers[i].opts.release = object->released ? release : NULL;
	}
	if (i == BATCH)
		return true;
	while (i)
		torture_object_abandon(batch->object[--i]);
	return false;
}

/* None of it may ever be seen. What has a release is hdt's all the same. */
static void failed(struct batch *batch)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		if (batch->object[i]->released)
			torture_object_put(batch->object[i]);
		else
			torture_object_abandon(batch->object[i]);
		batch->object[i] = NULL;
	}
}

static int appear(struct torture_thread *me, struct batch *batch)
{
	struct hdt_handler handlers[BATCH];
	bool twice = torture_one_in(me, 4);
	int err;

	if (!gather(me, batch, handlers))
		return -ENOMEM;
	if (twice)
		handlers[BATCH - 1].key = handlers[torture_pick(me, BATCH - 1)].key;
	else
		set_moment(batch, APPEARING);
	err = hdt_register_all(batch->arena.table, handlers);
	if (err == (twice ? -EEXIST : 0) || err == -ENOMEM)
		me->count[err == -ENOMEM ? NR_NOMEM : NR_BATCH]++;
	else
		torture_errno("batch", batch->arena.name, err);
	if (!err)
		set_moment(batch, ALL);
	else
		failed(batch);
	return err;
}

static void vanish(struct torture_thread *me, struct batch *batch)
{
	unsigned int i;
	int err;

	set_moment(batch, VANISHING);
	err = hdt_unregister_all(batch->arena.table, THIS_MODULE);
	if (err)
		torture_errno("unregister_all", batch->arena.name, err);
	set_moment(batch, NOTHING);
	for (i = 0; i < BATCH; i++) {
		torture_object_finish(batch->object[i]);
		batch->object[i] = NULL;
	}
}

void torture_batch(struct torture_thread *me)
{
	struct batch *batch = &batches[me->nr % nr_batches];

	if (appear(me, batch))
		return;
	if (!torture_one_in(me, 4))
		usleep_range(1000, 20000);
	vanish(me, batch);
}

/* ---- the watchers ---- */

static bool consistent(u64 state, int first, int second)
{
	switch ((enum moment)(state & 3)) {
	case NOTHING:
		return first && second;
	case APPEARING:
		/* after one that was there, all are */
		return first || !second;
	case ALL:
		return !first && !second;
	default:
		return !first || second;
	}
}

void torture_batch_watcher(struct torture_thread *me)
{
	struct batch *batch = &batches[torture_pick(me, nr_batches)];
	struct torture_call call[2];
	int err[2];
	u64 state;
	int i;

	/* Pairs with smp_store_release() in set_moment(). */
	state = smp_load_acquire(&batch->state);
	for (i = 0; i < 2; i++) {
		struct torture_key *key = &batch->key[torture_pick(me, BATCH)];

		torture_call_init(me, key, &call[i], 0, 0);
		err[i] = torture_call_by(key, torture_pick(me, BY_HANDLE), &call[i]);
	}
	smp_mb();	/* what was, during the calls; then what is */
	if (state != READ_ONCE(batch->state))
		return;
	if (!consistent(state, err[0], err[1]))
		torture_error(ERR_BATCH, "%s in moment %llu: \"%s\" %d, then \"%s\" %d",
			      batch->arena.name, state & 3, call[0].name, err[0], call[1].name,
			      err[1]);
	else if (!err[0] && !err[1] && call[0].life != call[1].life)
		torture_error(ERR_BATCH, "%s: \"%s\" of batch %llu, \"%s\" of %llu",
			      batch->arena.name, call[0].name, call[0].life, call[1].name,
			      call[1].life);
}
